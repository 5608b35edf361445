"""Importing whole files."""

import asyncio
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, func, select
from sqlalchemy.engine import Engine

from bookshop.database import Database, open_database
from bookshop.importing import importer
from bookshop.importing import report as reporting
from bookshop.importing.importer import BATCH_RECORDS, Importer, optimize_after
from bookshop.importing.overrides import override_book
from bookshop.importing.report import ImportReport
from bookshop.onix.input_file import InputFile
from bookshop.schema import books, records, subject_headings
from bookshop.search.find_books import find_typed_isbn
from tests.builders import break_book, count_index_segments
from tests.importing.feeds import ISBN, NOW, OTHER, a_feed
from tests.importing.shop import MARKET, a_header, counts_of, is_listed, read_all, run_sql, take, the_book
from tests.onix.messages import (
    a_message,
    a_product,
    a_rich_product,
    descriptive,
    detail,
    isbn_of,
    price,
    supply,
    write_rich_message,
)


async def test_a_rich_record_is_a_whole_book_that_is_found(database: Database, tmp_path: Path) -> None:
    report = await take(database, tmp_path, a_message(a_rich_product(1), a_rich_product(2)))
    assert counts_of(report) == {"new": 2}
    assert (report.sender, report.problem, report.refused) == ("Example Books", "", [])
    book = await database.read(the_book, isbn_of(1))
    assert book.title == "The Pilot Boat Constance No. 1"
    assert str(book.price) == "S$16.90"
    assert [person.role for person in book.contributors] == ["A01", "A01", "A12", "B06", "A24"]
    assert book.subjects[0].code == "FF"
    assert book.details.keywords.startswith("harbours; ")
    assert book.can_be_bought
    assert await database.read(find_typed_isbn, isbn_of(1)) == isbn_of(1)
    headings = await database.read(lambda db: db.execute(select(subject_headings.c.heading)).scalars().all())
    assert headings == ["Crime and mystery fiction"]


async def test_books_without_a_price_are_counted_and_its_problem_reported(
    database: Database, tmp_path: Path
) -> None:
    def a_record(number: int, prices: str, **more: str) -> str:
        return a_product(
            descriptive(), supply(detail(prices)), isbn=isbn_of(number), reference=f"r{number}", **more
        )

    records = [a_record(1, price("10.00", "01")), a_record(2, price("10.00")), a_record(3, "")]
    hidden = a_record(4, "", notification="05")
    for dry_run in (True, False):
        report = await take(database, tmp_path, a_message(*records, hidden), dry_run=dry_run)
        assert (report.unpriced, report.warning_count) == (2, 1)
        (warning,) = report.warnings
        assert (warning.position, warning.reference) == (1, "r1")
        assert warning.reason == "The price 10.00 SGD is without tax, and its tax rate is not known."
    # the price of the till makes up for it
    await database.write(override_book, isbn_of(1), "price_minor", "1090", MARKET, NOW)
    changed = a_record(1, price("11.00", "01"))
    report = await take(database, tmp_path, a_message(changed, header=a_header("20261102T1000")))
    assert (report.unpriced, report.warnings) == (0, [])


@pytest.mark.parametrize("dry_run", [False, True])
async def test_a_record_that_cannot_be_stored_is_refused_and_the_rest_imported(
    database: Database, tmp_path: Path, dry_run: bool
) -> None:
    if dry_run:
        await take(database, tmp_path, a_message(a_rich_product(3)), "other.xml", sender="Other")
        await database.write(run_sql, "UPDATE records SET blocks = '['")
    else:
        await database.write(break_book, isbn_of(3))
    content = a_message(*map(a_rich_product, range(1, 6)))
    report = await take(database, tmp_path, content, dry_run=dry_run)
    assert counts_of(report) == {"new": 4, "refused": 1}
    (refused,) = report.refused
    assert (refused.position, refused.reference) == (3, "com.example.lantern.3")
    assert refused.reason.startswith("The shop could not process it; please report this: ")


async def test_the_same_file_again_writes_not_one_row(database: Database, tmp_path: Path) -> None:
    update = a_product(descriptive(title="Silas Marner"), notification="04", isbn=ISBN, reference="two")
    first = a_message(*map(a_rich_product, range(1, 6)), header=a_header())
    second = a_message(
        update, a_product(notification="05", reference="three"), header=a_header("20261102T1000")
    )
    await take(database, tmp_path, a_feed(reference="two"))
    await take(database, tmp_path, a_feed(reference="three", isbn=OTHER))
    await take(database, tmp_path, first)
    await take(database, tmp_path, second)
    before = await database.read(read_all)
    written: list[str] = []

    def watch(_: Any, __: Any, statement: str, *___: Any) -> None:
        if statement.lstrip().split()[0].upper() in ("INSERT", "UPDATE", "DELETE"):
            written.append(statement)

    event.listen(Engine, "before_cursor_execute", watch)
    try:
        again = [await take(database, tmp_path, content) for content in (first, second)]
    finally:
        event.remove(Engine, "before_cursor_execute", watch)
    assert [counts_of(report) for report in again] == [{"unchanged": 5}, {"unchanged": 2}]
    assert written == []
    assert await database.read(read_all) == before


@pytest.mark.parametrize("batch_records", [1, BATCH_RECORDS])
@pytest.mark.parametrize(
    "versions",
    [
        [("03", "One"), ("03", "Two")],
        [("03", "One"), ("03", "Two"), ("03", "One")],
        [("03", "One"), ("03", "One"), ("03", "Two")],
        [("03", "One"), ("05", ""), ("03", "Two")],
        [("03", "One"), ("04", "Two"), ("04", "Three")],
        [("03", "One"), ("05", "")],
    ],
)
async def test_the_last_version_in_a_message_counts_and_again_changes_nothing(
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    versions: list[tuple[str, str]],
    batch_records: int,
) -> None:
    monkeypatch.setattr(importer, "BATCH_RECORDS", batch_records)
    products = [
        a_product(descriptive(title=title), isbn=ISBN, notification=notification)
        for notification, title in versions
    ]
    content = a_message(*products, header=a_header())
    await take(database, tmp_path, content)
    before = await database.read(read_all)
    assert counts_of(await take(database, tmp_path, content)) == {"unchanged": len(versions)}
    assert await database.read(read_all) == before
    assert await database.read(is_listed, ISBN) == (versions[-1][0] != "05")
    if title := versions[-1][1]:
        assert (await database.read(the_book, ISBN)).title == title


async def test_messages_of_one_day_follow_each_other(database: Database, tmp_path: Path) -> None:
    """A sender that gives only the day of a message may send several on that day."""
    for title in ("One", "Two", "One"):
        await take(database, tmp_path, a_feed(descriptive(title=title)))
        assert (await database.read(the_book, ISBN)).title == title


async def test_the_first_row_of_a_book_counts_and_again_changes_nothing(
    database: Database, tmp_path: Path
) -> None:
    content = f"isbn,title\n{ISBN},One\n{OTHER},Other\n{ISBN},Two\n".encode()
    reports = [await take(database, tmp_path, content, name="list.csv") for _ in range(2)]
    assert [counts_of(report) for report in reports] == [
        {"new": 2, "refused": 1},
        {"unchanged": 2, "refused": 1},
    ]
    (refused,) = reports[1].refused
    assert (refused.position, refused.line, refused.reference) == (3, 4, ISBN)
    assert refused.reason == "The book is in row 1 too, which counts."
    assert (await database.read(the_book, ISBN)).title == "One"


async def test_many_changes_are_followed_by_optimizing(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = open_database(sqlite_url)
    monkeypatch.setattr(importer, "MIN_CHANGES_TO_OPTIMIZE", 3)
    reports = [await take(database, tmp_path, a_message(a_rich_product(number))) for number in range(3)]
    before = await database.read(count_index_segments)
    assert before > 1
    await optimize_after(database, reports[:2])
    assert await database.read(count_index_segments) == before
    await optimize_after(database, reports)
    assert await database.read(count_index_segments) == 1
    await database.close()


async def test_a_bad_record_is_refused_and_the_others_imported(database: Database, tmp_path: Path) -> None:
    bad = a_product(identifiers="", reference="bad")
    report = await take(database, tmp_path, a_message(a_product(), bad, a_rich_product(1)))
    assert counts_of(report) == {"new": 2, "refused": 1}
    assert report.refused[0].reason == "The record has no ISBN."
    assert report.problem == ""


async def test_unknown_codes_are_counted_and_the_books_imported(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = [
        a_product(descriptive(), supply(detail(price("9.90"), availability=code)), reference=f"r{number}")
        for number, code in enumerate(("60", "60", "21", "61"))
    ]
    report = await take(database, tmp_path, a_message(*odd))
    assert counts_of(report) == {"new": 4}
    assert report.unknown == {("ProductAvailability", "60"): 2, ("ProductAvailability", "61"): 1}
    # however many there are in a file that is full of them, few are kept
    monkeypatch.setattr(reporting, "MAX_LISTED", 1)
    report = await take(database, tmp_path, a_message(*odd))
    assert report.unknown == {("ProductAvailability", "60"): 2}


async def test_a_file_that_breaks_off_gives_what_came_before(database: Database, tmp_path: Path) -> None:
    whole = a_message(*map(a_rich_product, range(1, 8)))
    report = await take(database, tmp_path, whole[: len(whole) * 2 // 3])
    assert counts_of(report) == {"new": 4}
    assert report.problem.startswith("The file is cut off here")
    assert counts_of(await take(database, tmp_path, whole)) == {"unchanged": 4, "new": 3}


async def test_a_file_that_is_no_catalogue_is_refused(database: Database, tmp_path: Path) -> None:
    report = await take(database, tmp_path, b"<html><body>Please sign in</body></html>")
    assert report.problem.startswith("The file is an HTML page")
    assert counts_of(report) == {}


async def test_a_dry_run_reports_and_writes_nothing(database: Database, tmp_path: Path) -> None:
    await take(database, tmp_path, a_feed())
    before = await database.read(read_all)
    content = a_message(
        a_product(descriptive(title="Changed"), isbn=ISBN), a_rich_product(1), header=a_header("20261102")
    )
    report = await take(database, tmp_path, content, dry_run=True)
    assert counts_of(report) == {"changed": 1, "new": 1}
    assert [(change.title, change.is_new, change.fields) for change in report.changes] == [
        ("The Pilot Boat Constance No. 1", True, ()),
        ("Changed", False, ("title",)),
    ]
    assert await database.read(read_all) == before
    assert counts_of(await take(database, tmp_path, content)) == {"changed": 1, "new": 1}


async def test_a_stop_leaves_whole_batches_and_a_second_run_does_the_rest(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importer, "BATCH_RECORDS", 2)
    content = a_message(*map(a_rich_product, range(1, 8)))
    stops = iter([True])

    def stop_once(*_: int) -> None:
        if next(stops, False):
            task.cancel()

    task: asyncio.Task[ImportReport] = asyncio.ensure_future(
        take(database, tmp_path, content, on_progress=stop_once)
    )
    report = await task
    assert report.is_interrupted
    assert 0 < report.records < 7
    assert (
        await database.read(lambda db: len(db.execute(select(records.c.reference)).all())) == report.records
    )
    counts = counts_of(await take(database, tmp_path, content))
    assert counts == {"unchanged": report.records, "new": 7 - report.records}


def test_killing_it_leaves_whole_batches(sqlite_url: str, tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    write_rich_message(path, 3000)
    code = (
        "import asyncio, sys; from pathlib import Path; from tests.importing.shop import *\n"
        "asyncio.run(Importer(open_database(sys.argv[1]), MARKET).import_file(InputFile(Path(sys.argv[2]))))"
    )
    code = "from bookshop.database import open_database;" + code
    process = subprocess.Popen([sys.executable, "-c", code, sqlite_url, str(path)])

    async def count() -> tuple[int, int]:
        database = open_database(sqlite_url)
        found = await database.read(count_rows)
        await database.close()
        return found

    deadline = time.monotonic() + 50
    while asyncio.run(count())[0] < BATCH_RECORDS and time.monotonic() < deadline:
        time.sleep(0.05)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    there, said = asyncio.run(count())
    assert there == said
    assert 0 < there < 3000
    assert there % BATCH_RECORDS in (0, BATCH_RECORDS - 1)  # the first batch has the message too

    async def finish() -> dict[str, int]:
        database = open_database(sqlite_url)
        report = await Importer(database, MARKET).import_file(InputFile(path))
        await database.close()
        return counts_of(report)

    assert asyncio.run(finish()) == {"unchanged": there, "new": 3000 - there}


def count_rows(db: Connection) -> tuple[int, int]:
    """Return how many books there are, and how many records."""
    there, said = (
        db.execute(select(func.count()).select_from(table)).scalar_one() for table in (books, records)
    )
    return there, said
