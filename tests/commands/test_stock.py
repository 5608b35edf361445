"""`bookshop stock`."""

import json
from pathlib import Path

from tests.importing.workbooks import Cell, Sheets, an_xlsx
from tests.server.test_supervisor import run


def test_a_till_export_sets_stock(folder: Path) -> None:
    (folder / "list.csv").write_text("isbn,title,price\n9780306406157,Adam Bede,12.00\n")
    (folder / "till.csv").write_text("9780306406157,4,11.00\n9780140449136,1\n")
    run(["import", "list.csv"], folder)
    done = run(["stock", "till.csv"], folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert "till.csv: 1 counted, 1 changed, 1 price, 1 unknown, 0 short, 0 refused." in done.stdout
    assert "imported before, so nothing was changed" in run(["stock", "till.csv"], folder).stdout
    report = json.loads(run(["stock", "till.csv", "--json"], folder).stdout)
    assert (report["counted"], report["imported_before"]) == (0, 2)
    assert run(["audit"], folder).returncode == 0
    assert run(["stock", ".env"], folder).returncode == 1


def test_an_excel_file_with_columns_of_other_names_sets_stock(folder: Path) -> None:
    (folder / "list.csv").write_text("isbn,title,price\n9780306406157,Adam Bede,12.00\n")
    run(["import", "list.csv"], folder)
    rows: list[list[Cell]] = [["Strichcode", "Menge, gezählt"], [9780306406157, 4.0]]
    sheets: Sheets = {"Front": rows, "Store room": rows}
    (folder / "till.xlsx").write_bytes(an_xlsx(sheets))
    done = run(["stock", "till.xlsx"], folder)
    assert (done.returncode, done.stdout) == (1, "")
    assert "The file has no column for the ISBN and the quantity." in done.stderr
    assert 'Its columns are: Strichcode, Menge, gezählt. State its name with --columns "isbn=' in done.stderr
    columns = ["--columns", "isbn=Strichcode,quantity=Menge, gezählt"]
    done = run(["stock", "till.xlsx", *columns], folder)
    assert "till.xlsx: 1 counted, 1 changed" in done.stdout
    assert "files of their own: Store room\n" in done.stdout
    assert run(["stock", "till.xlsx", "--columns", "isbn"], folder).returncode == 2
    assert "'seller' is not a field. The fields are: isbn, title, subtitle, author, " in " ".join(
        run(["stock", "till.xlsx", "--columns", "seller=A"], folder).stderr.split()
    )
