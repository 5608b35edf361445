"""`bookshop import`."""

import json
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

from tests.covers.sample_pictures import a_picture
from tests.importing.shop import a_header
from tests.onix.messages import (
    a_message,
    a_product,
    a_rich_product,
    descriptive,
    isbn_of,
    write_rich_message,
)
from tests.server.test_supervisor import BOOKSHOP, clean_environment, run


def test_a_file_is_imported_counted_and_listed(folder: Path) -> None:
    bad = a_product(identifiers="", reference="bad")
    odd = a_product(descriptive(form="??"), reference="odd")
    (folder / "feed.xml").write_bytes(a_message(a_rich_product(1), bad, odd))
    done = run(["import", "feed.xml"], folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert "bad        The record has no ISBN." in done.stdout
    assert "feed.xml from Example Books: 2 new, 1 refused." in done.stdout
    assert "feed.xml: 1 new or changed book without a price, shown but not for sale." in done.stdout
    assert "1      ProductForm  ??" in done.stdout
    again = json.loads(run(["import", "feed.xml", "--json"], folder).stdout)
    assert (again["unchanged"], again["refused"], again["new"]) == (2, 1, 0)
    assert again["files"][0]["unknown_codes"] == [{"element": "ProductForm", "code": "??", "times": 1}]
    (refusal,) = again["files"][0]["refusals"]
    assert (refusal["record"], refusal["reference"], refusal["reason"]) == (
        2,
        "bad",
        "The record has no ISBN.",
    )


def test_a_value_that_cannot_be_used_is_listed_and_its_book_imported(folder: Path) -> None:
    (folder / "list.csv").write_text(
        f"isbn,title,price,quantity\n{isbn_of(1)},A,a lot,2\n{isbn_of(2)},B,9,1.000\n"
    )
    done = run(["import", "list.csv"], folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"1       2     {isbn_of(1)}  'a lot' is not a valid price in SGD." in done.stdout
    assert f"2       3     {isbn_of(2)}  '1.000' may mean 1000 or 1." in done.stdout
    assert "2 new" in done.stdout
    assert "1 counted, 1 changed, 0 prices, 0 unknown, 0 short, 1 refused." in done.stdout
    (file,) = json.loads(run(["import", "list.csv", "--json"], folder).stdout)["files"]
    assert file["warning_count"] == 1
    assert file["warnings"] == [
        {
            "record": 1,
            "line": 2,
            "reference": isbn_of(1),
            "reason": "'a lot' is not a valid price in SGD.",
        }
    ]


def test_files_are_imported_in_the_order_in_which_they_were_sent(folder: Path) -> None:
    for name, day in (("b.xml", "20261102"), ("a.xml", "20261103"), ("c.xml", "20261101")):
        message = a_message(a_product(isbn=isbn_of(1), reference="r"), header=a_header(day))
        (folder / name).write_bytes(message)
    report = json.loads(run(["import", "a.xml", "b.xml", "c.xml", "--json"], folder).stdout)
    assert [file["file"] for file in report["files"]] == ["c.xml", "b.xml", "a.xml"]
    assert report["stale"] == 0


def test_a_dry_run_shows_what_would_change(folder: Path) -> None:
    (folder / "feed.xml").write_bytes(a_message(a_rich_product(1)))
    done = run(["import", "feed.xml", "--dry-run"], folder)
    assert f"new       {isbn_of(1)}  The Pilot Boat Constance No. 1" in done.stdout
    assert json.loads(run(["import", "feed.xml", "--json"], folder).stdout)["new"] == 1


def test_a_dry_run_cuts_long_titles_so_that_the_table_can_be_read(folder: Path) -> None:
    (folder / "list.csv").write_text(f"isbn,title\n{isbn_of(1)},{'Notes and an index; ' * 40}\n")
    done = run(["import", "list.csv", "--dry-run"], folder)
    assert "…" in done.stdout
    assert max(map(len, done.stdout.splitlines())) < 120


def test_an_unreadable_file_is_one_line_and_the_others_are_imported(folder: Path) -> None:
    (folder / "page.xml").write_text("<html>Please sign in</html>")
    (folder / "feed.xml").write_bytes(a_message(a_rich_product(1)))
    done = run(["import", "page.xml", "feed.xml"], folder)
    assert done.returncode == 1
    assert done.stderr == (
        "Error: page.xml: The file is an HTML page, perhaps a sign-in or error page. Download it again.\n"
    )
    assert "1 new" in done.stdout


def test_a_file_without_books_is_one_line(folder: Path) -> None:
    (folder / "feed.xml").write_bytes(a_message())
    (folder / "list.csv").write_text("isbn,title\n")
    done = run(["import", "feed.xml", "list.csv"], folder)
    assert (done.returncode, done.stderr) == (0, "")
    # a list has no time of sending, so it comes first
    assert done.stdout == "list.csv: the file has no books in it.\nfeed.xml: the file has no books in it.\n"


def test_a_quotation_mark_that_is_not_closed_spoils_one_row_and_is_an_error(folder: Path) -> None:
    rows = "".join(f"{isbn_of(n)},Book {n},1\n" for n in range(2, 301))
    text = f'isbn,title,stock\n{isbn_of(1)},"Book 1,1\n{rows}{isbn_of(301)},Les Misérables,2\n'
    (folder / "list.csv").write_text(text, encoding="cp1252")
    done = run(["import", "list.csv"], folder)
    assert done.returncode == 1
    assert done.stderr == (
        "Error: list.csv: The file is broken in 1 place, listed with the line. "
        "Correct it and import it again.\n"
    )
    assert "300 new, 1 refused." in done.stdout
    assert "1       2     -          A quotation mark of the row is missing" in done.stdout
    assert "list.csv: its text is not UTF-8 and was read as cp1252. If letters are wrong," in done.stdout
    stock = run(["stock", "list.csv"], folder)
    assert (stock.returncode, stock.stderr) == (1, done.stderr)


def test_covers_come_with_the_books(folder: Path) -> None:
    (folder / "feed.xml").write_bytes(a_message(a_rich_product(1)))
    (folder / "pictures").mkdir()
    (folder / "pictures" / f"{isbn_of(1)}.png").write_bytes(a_picture())
    done = run(["import", "feed.xml", "--covers", "pictures"], folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Covers: 1 imported, 0 refused." in done.stdout


def test_not_all_columns_of_a_wide_file_are_named(folder: Path) -> None:
    unknown = ",".join(f"x{number}" for number in range(10_100))
    (folder / "list.csv").write_text(f"isbn,title,{unknown}\n{isbn_of(1)},A\n")
    done = run(["import", "list.csv"], folder)
    assert "unknown columns were ignored: x0, x1, " in done.stdout
    assert "x99, …\n" in done.stdout
    (file,) = json.loads(run(["import", "list.csv", "--json"], folder).stdout)["files"]
    assert len(file["ignored_columns"]) == 10_000


def test_an_interrupted_import_reports_what_was_done(folder: Path) -> None:
    # ten batches, so that the signal comes long before the end
    write_rich_message(folder / "feed.xml", 2000)
    process = subprocess.Popen(
        [*BOOKSHOP, "import", "feed.xml", "--json"],
        cwd=folder,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # a shell that starts the tests in the background lets them ignore it
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    wait_for_books(folder / "bookshop.db")
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=50)
    assert process.returncode == 130
    assert errors == "Stopped. What was written stays; run the same command again for the rest.\n"
    done = json.loads(out)["new"]
    assert 0 < done < 2000
    again = json.loads(run(["import", "feed.xml", "--json"], folder).stdout)
    assert (again["unchanged"], again["new"]) == (done, 2000 - done)


def wait_for_books(path: Path) -> None:
    deadline = time.monotonic() + 50
    while time.monotonic() < deadline:
        with suppress(sqlite3.OperationalError), closing(sqlite3.connect(path)) as database:
            if database.execute("SELECT count(*) FROM books").fetchone()[0]:
                return
        time.sleep(0.01)
    raise AssertionError("the import wrote nothing")


def test_it_starts_without_what_it_does_not_need(folder: Path) -> None:
    (folder / "feed.xml").write_bytes(a_message(a_rich_product(1)))
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *BOOKSHOP[1:], "import", "feed.xml"],
        cwd=folder,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert imported & {"quart", "stripe", "hypercorn", "alembic", "httpx", "PIL"} == set()
    assert "lxml.etree" in imported
