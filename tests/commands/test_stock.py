"""`bookshop stock`."""

import json
from pathlib import Path

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
