"""What records do to the catalogue, one after the other, from one sender or several."""

import asyncio
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, event, func, select
from sqlalchemy.engine import Engine

from bookshop.catalogue.book_store import find_book
from bookshop.database import Database, open_database
from bookshop.importing import importer
from bookshop.importing import report as reporting
from bookshop.importing.importer import BATCH_RECORDS, Importer, optimize_after
from bookshop.importing.overrides import InvalidOverride, override_book, remove_override
from bookshop.importing.rebuild import rebuild_due
from bookshop.importing.report import ImportReport
from bookshop.importing.scheduler import rebuild_all_due
from bookshop.onix.input_file import InputFile
from bookshop.schema import books, overrides, records, subject_headings
from bookshop.search.find_books import find_typed_isbn
from tests.builders import a_book, an_isbn, count_index_segments, store_book
from tests.importing.shop import MARKET, a_header, counts_of, is_listed, read_all, run_sql, take, the_book
from tests.onix.messages import (
    a_date,
    a_message,
    a_product,
    a_rich_product,
    collateral,
    descriptive,
    detail,
    isbn_of,
    price,
    publishing,
    supply,
    text,
    write_rich_message,
)
from tests.processes import free_port as free_port

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
ISBN, OTHER = an_isbn(), an_isbn()


def one(*parts: str, sent_at: str = "20261101T1000", sender: str = "Example Books", **product: Any) -> bytes:
    """A message of one product."""
    product.setdefault("isbn", ISBN)
    return a_message(a_product(*parts, **product), header=a_header(sent_at, sender))


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


async def test_the_same_file_again_writes_not_one_row(database: Database, tmp_path: Path) -> None:
    update = a_product(descriptive(title="Silas Marner"), notification="04", isbn=ISBN, reference="two")
    first = a_message(*map(a_rich_product, range(1, 6)), header=a_header())
    second = a_message(
        update, a_product(notification="05", reference="three"), header=a_header("20261102T1000")
    )
    await take(database, tmp_path, one(reference="two"))
    await take(database, tmp_path, one(reference="three", isbn=OTHER))
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


async def test_much_news_is_followed_by_tidying(
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


async def test_a_later_message_that_says_the_same_is_only_dated(database: Database, tmp_path: Path) -> None:
    await take(database, tmp_path, one())
    report = await take(database, tmp_path, one(sent_at="20261103"))
    assert counts_of(report) == {"unchanged": 1}
    assert counts_of(await take(database, tmp_path, one(descriptive(title="x"), sent_at="20261102"))) == {
        "stale": 1
    }


async def test_a_full_record_replaces_and_an_update_replaces_its_blocks(
    database: Database, tmp_path: Path
) -> None:
    rich = (descriptive(), collateral(text("03", "A town.")), supply(detail(price("12.00"))))
    await take(database, tmp_path, one(*rich))
    update = one(supply(detail(price("13.00"))), notification="04", sent_at="20261102")
    assert counts_of(await take(database, tmp_path, update)) == {"changed": 1}
    book = await database.read(the_book, ISBN)
    assert (str(book.price), book.details.description) == ("S$13.00", "<p>A town.</p>")
    whole = one(descriptive(title="Felix Holt"), sent_at="20261103")
    assert counts_of(await take(database, tmp_path, whole)) == {"changed": 1}
    book = await database.read(the_book, ISBN)
    assert (book.title, book.price.minor, book.details.description) == ("Felix Holt", 0, "")


@pytest.mark.parametrize("is_withdrawn", [False, True])
async def test_an_update_needs_something_to_update(
    database: Database, tmp_path: Path, is_withdrawn: bool
) -> None:
    if is_withdrawn:
        await take(database, tmp_path, one())
        await take(database, tmp_path, one(notification="05", sent_at="20261102"))
    report = await take(database, tmp_path, one(descriptive(), notification="04", sent_at="20261103"))
    assert counts_of(report) == {"refused": 1}
    (refused,) = report.refused
    assert (refused.position, refused.reference) == (1, "com.example.1")
    assert refused.reason.endswith(
        "its sender has withdrawn" if is_withdrawn else "its sender has never sent"
    )


async def test_a_withdrawn_book_stays_but_is_not_shown(database: Database, tmp_path: Path) -> None:
    await take(database, tmp_path, one(supply(detail(price("12.00")))))
    report = await take(database, tmp_path, one(notification="05", sent_at="20261102"))
    assert counts_of(report) == {"retired": 1}
    assert await database.read(find_book, ISBN) is None
    assert await database.read(find_typed_isbn, ISBN) is None
    assert await database.read(is_listed, ISBN) is False
    assert counts_of(await take(database, tmp_path, one(sent_at="20261103"))) == {"changed": 1}
    assert await database.read(is_listed, ISBN) is True


async def test_a_book_stays_listed_while_anybody_has_it(database: Database, tmp_path: Path) -> None:
    await take(database, tmp_path, one(descriptive(title="By the publisher")))
    await take(
        database, tmp_path, one(descriptive(title="By the wholesaler"), sender="Whole Ltd", source="03")
    )
    assert (await database.read(the_book, ISBN)).title == "By the publisher"
    await take(database, tmp_path, one(notification="05", sent_at="20261102"))
    assert (await database.read(the_book, ISBN)).title == "By the wholesaler"
    await take(database, tmp_path, one(notification="05", sent_at="20261102", sender="Whole Ltd"))
    assert await database.read(is_listed, ISBN) is False


async def test_what_was_sent_earlier_comes_too_late(database: Database, tmp_path: Path) -> None:
    await take(database, tmp_path, one(descriptive(title="New"), sent_at="20261103"))
    for notification in ("03", "05"):
        report = await take(database, tmp_path, one(sent_at="20261102", notification=notification))
        assert counts_of(report) == {"stale": 1}
    assert counts_of(await take(database, tmp_path, one(sent_at="20261102", sender="Another"))) == {
        "changed": 1
    }
    report = await take(database, tmp_path, one(descriptive(title="Newer"), sent_at="20261103"))
    assert counts_of(report) == {"changed": 1}
    assert (await database.read(the_book, ISBN)).title == "Newer"


@pytest.mark.parametrize("notification", ["88", "89"])
async def test_tests_are_ignored(database: Database, tmp_path: Path, notification: str) -> None:
    assert counts_of(await take(database, tmp_path, one(notification=notification))) == {"ignored": 1}
    assert counts_of(await take(database, tmp_path, one(notification="05"))) == {"ignored": 1}
    assert await database.read(is_listed, ISBN) is None


async def test_a_new_reference_for_the_same_isbn_takes_its_place(database: Database, tmp_path: Path) -> None:
    await take(database, tmp_path, one(descriptive(title="Old"), collateral(text("03", "Old."))))
    later = one(descriptive(title="New"), reference="other", sent_at="20261102")
    assert counts_of(await take(database, tmp_path, later)) == {"changed": 1}
    book = await database.read(the_book, ISBN)
    assert (book.title, book.details.description) == ("New", "")
    await take(database, tmp_path, one(notification="05", sent_at="20261103"))
    assert (await database.read(the_book, ISBN)).title == "New"


async def test_a_record_may_move_to_another_isbn(database: Database, tmp_path: Path) -> None:
    await take(database, tmp_path, one())
    report = await take(database, tmp_path, one(isbn=OTHER, sent_at="20261102"))
    assert counts_of(report) == {"new": 1}
    assert await database.read(is_listed, ISBN) is False
    assert await database.read(is_listed, OTHER) is True


async def test_a_book_is_new_since_it_came_out_or_was_heard_of(database: Database, tmp_path: Path) -> None:
    today = datetime.now(MARKET.zone).date()
    for day, expected in (("20210304", date(2021, 3, 4)), ("2021", today), ("20990101", today), ("", today)):
        isbn = an_isbn()
        parts = [descriptive(), *([publishing(a_date("PublishingDate", "01", day))] if day else [])]
        await take(database, tmp_path, one(*parts, isbn=isbn, reference=isbn))
        assert await database.read(listed_on, isbn) == expected
    await database.write(run_sql, "UPDATE books SET listed = '2020-01-01'")
    changed = one(descriptive(title="New"), isbn=isbn, reference=isbn, sent_at="20261102")
    await take(database, tmp_path, changed)
    assert await database.read(listed_on, isbn) == date(2020, 1, 1)


async def test_imports_leave_stock_and_cover_alone(database: Database, tmp_path: Path) -> None:
    book = await database.write(store_book, a_book(stock=3, isbn=ISBN, cover="abc", cover_width=9))
    await take(database, tmp_path, one(descriptive(title="Changed")))
    found = await database.read(the_book, ISBN)
    assert (found.title, found.available, found.cover, found.cover_width) == ("Changed", 3, "abc", 9)
    assert book.title != found.title


async def test_a_bad_record_is_passed_over_and_the_others_taken(database: Database, tmp_path: Path) -> None:
    bad = a_product(identifiers="", reference="bad")
    report = await take(database, tmp_path, a_message(a_product(), bad, a_rich_product(1)))
    assert counts_of(report) == {"new": 2, "refused": 1}
    assert report.refused[0].reason == "The record has no ISBN."
    assert report.problem == ""


async def test_codes_that_nobody_knows_are_counted_and_the_books_taken(
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


async def test_a_dry_run_tells_and_writes_nothing(database: Database, tmp_path: Path) -> None:
    await take(database, tmp_path, one())
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


async def test_the_booksellers_words_stand_over_every_import(database: Database, tmp_path: Path) -> None:
    await take(database, tmp_path, one(descriptive(title="Theirs"), supply(detail(price("12.00")))))
    await database.write(override_book, ISBN, "title", "Ours", MARKET, NOW)
    await database.write(override_book, ISBN, "price_minor", "990", MARKET, NOW)
    later = one(descriptive(title="Theirs again"), supply(detail(price("14.00"))), sent_at="20261102")
    await take(database, tmp_path, later)
    book = await database.read(the_book, ISBN)
    assert (book.title, book.price.minor) == ("Ours", 990)
    assert await database.write(remove_override, ISBN, "title", MARKET, NOW)
    assert not await database.write(remove_override, ISBN, "title", MARKET, NOW)
    assert (await database.read(the_book, ISBN)).title == "Theirs again"


async def test_a_book_that_nobody_sent_is_edited_in_place(database: Database, tmp_path: Path) -> None:
    await database.write(store_book, a_book(isbn=ISBN))
    await database.write(override_book, ISBN, "title", "Ours", MARKET, NOW)
    book = await database.read(the_book, ISBN)
    assert (book.title, book.byline, len(book.contributors)) == ("Ours", "George Eliot", 1)
    await take(database, tmp_path, one(descriptive(title="Theirs")))
    assert (await database.read(the_book, ISBN)).title == "Ours"


@pytest.mark.parametrize(("field", "value"), [("isbn", "1"), ("price_minor", "-1"), ("category", "nowhere")])
async def test_what_makes_no_sense_is_not_kept(database: Database, field: str, value: str) -> None:
    await database.write(store_book, a_book(isbn=ISBN))
    with pytest.raises(InvalidOverride):
        await database.write(override_book, ISBN, field, value, MARKET, NOW)
    with pytest.raises(InvalidOverride):
        await database.write(override_book, OTHER, "title", "x", MARKET, NOW)
    assert await database.read(lambda db: db.execute(select(overrides)).all()) == []


async def test_a_book_changes_on_its_day_without_any_news(database: Database, tmp_path: Path) -> None:
    dates = a_date("PriceDate", "14", "20261226")
    prices = price("12.00") + price("15.00", more=dates)
    await take(database, tmp_path, one(descriptive(), supply(detail(prices))))
    assert (await database.read(the_book, ISBN)).price.minor == 1200
    assert await database.write(rebuild_due, MARKET, NOW, 10) == 0
    day = NOW + timedelta(days=31)
    assert await database.write(rebuild_due, MARKET, day, 10) == 1
    assert await database.write(rebuild_due, MARKET, day, 10) == 0
    assert (await database.read(the_book, ISBN)).price.minor == 1500


async def test_what_is_overdue_is_caught_up_with(database: Database, tmp_path: Path) -> None:
    content = a_message(*map(a_rich_product, range(1, 4)))
    await take(database, tmp_path, content)
    assert await rebuild_all_due(database, MARKET) == 0
    await database.write(run_sql, "UPDATE books SET changes_on = '2020-01-01', price_minor = 1")
    assert await rebuild_all_due(database, MARKET) == 3
    assert (await database.read(the_book, isbn_of(1))).price.minor == 1690


async def test_a_file_again_on_a_day_of_change_changes_the_book(database: Database, tmp_path: Path) -> None:
    await take(database, tmp_path, one(descriptive(), supply(detail(price("12.00")))))
    await database.write(run_sql, "UPDATE books SET changes_on = '2020-01-01', price_minor = 1")
    await take(database, tmp_path, one(descriptive(), supply(detail(price("12.00")))))
    assert (await database.read(the_book, ISBN)).price.minor == 1200


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
        found = await database.read(
            lambda db: tuple(
                len(db.execute(select(table)).all()) for table in (books.c.isbn, records.c.reference)
            )
        )
        await database.close()
        return found[0], found[1]

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


MESSAGE = st.tuples(
    st.sampled_from(["A", "B"]),
    st.integers(1, 4),
    st.lists(
        st.tuples(
            st.sampled_from(["r1", "r2"]),
            st.sampled_from([ISBN, OTHER]),
            st.sampled_from(["03", "04", "05", "88"]),
            st.sampled_from(["", "Adam Bede", "Romola"]),
            st.sampled_from(["", "One.", "Two."]),
        ),
        min_size=1,
        max_size=3,
    ),
)
EDIT = st.tuples(st.sampled_from([ISBN, OTHER]), st.sampled_from(["", "Ours"]))


class Model:
    """What the rules say, without any of the ways in which they are made fast."""

    def __init__(self) -> None:
        self.said: dict[tuple[str, str], dict[str, Any]] = {}
        self.overrides: dict[str, str] = {}
        self.seen: set[str] = set()

    def hear(self, sender: str, day: int, products: list[tuple[str, str, str, str, str]]) -> None:
        for reference, isbn, notification, title, description in products:
            key, blocks = (sender, reference), blocks_for(title, description)
            known = self.said.get(key)
            if notification == "88" or (known and day < known["day"]):
                continue
            if notification == "05":
                if known:
                    known.update(day=day, is_retired=True)
                continue
            if notification == "04":
                if not known or known["is_retired"]:
                    continue
                blocks = {**known["blocks"], **blocks}
            self.said[key] = {"isbn": isbn, "day": day, "is_retired": False, "blocks": blocks}
            self.seen.add(isbn)

    def titles(self) -> dict[str, tuple[str, str] | None]:
        """The title and description of each book, None for one that is not shown."""
        found: dict[str, tuple[str, str] | None] = {}
        for isbn in self.seen:
            blocks: dict[str, str] = {}
            for sender in ("A", "B"):
                own = [
                    (said["day"], reference, said["blocks"])
                    for (who, reference), said in self.said.items()
                    if who == sender and said["isbn"] == isbn and not said["is_retired"]
                ]
                blocks = {**(max(own, key=lambda one: one[:2])[2] if own else {}), **blocks}
            title = self.overrides.get(isbn) or blocks.get("title", "")
            found[isbn] = (title, blocks.get("description", "")) if blocks.get("title") else None
        return found


def blocks_for(title: str, description: str) -> dict[str, str]:
    """The blocks of a product that has at least one."""
    given = {"title": title, "description": description}
    return {name: value for name, value in given.items() if value} or {"title": "Untitled"}


def xml_for(sender: str, day: int, products: list[tuple[str, str, str, str, str]]) -> bytes:
    parts = []
    for reference, isbn, notification, title, description in products:
        blocks = blocks_for(title, description)
        xml = [descriptive(title=blocks["title"])] if "title" in blocks else []
        xml += [collateral(text("03", description))] if "description" in blocks else []
        source = {"A": "01", "B": "03"}[sender]
        parts.append(
            a_product(*xml, isbn=isbn, notification=notification, reference=reference, source=source)
        )
    return a_message(*parts, header=a_header(f"2026110{day}", sender))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.one_of(MESSAGE, EDIT), min_size=1, max_size=8))
async def test_any_sequence_of_messages_comes_to_what_the_rules_say(
    database: Database, tmp_path: Path, steps: list[Any]
) -> None:
    await database.write(clear)
    model = Model()
    for step in steps:
        if len(step) == 3:
            model.hear(*step)
            await take(database, tmp_path, xml_for(*step))
            again = await database.read(read_all)
            await take(database, tmp_path, xml_for(*step))
            if len({product[0] for product in step[2]}) == len(step[2]):
                assert await database.read(read_all) == again
        # a record that got another number within one batch never made a book of the first
        elif await database.read(listed_on, step[0]):
            isbn, title = step
            if title:
                await database.write(override_book, isbn, "title", title, MARKET, NOW)
                model.overrides[isbn] = title
            else:
                await database.write(remove_override, isbn, "title", MARKET, NOW)
                model.overrides.pop(isbn, None)
    found = {}
    for isbn in model.seen:
        book = await database.read(find_book, isbn)
        found[isbn] = (book.title, book.details.description.strip("</p>")) if book else None
        assert await database.read(find_typed_isbn, isbn) == (isbn if book else None)
    assert found == model.titles()


def listed_on(db: Connection, isbn: str) -> date | None:
    return db.execute(select(books.c.listed).where(books.c.isbn == isbn)).scalar()


def count_rows(db: Connection) -> tuple[int, int]:
    """How many books there are, and how many records."""
    there, said = (
        db.execute(select(func.count()).select_from(table)).scalar_one() for table in (books, records)
    )
    return there, said


def clear(db: Connection) -> None:
    for table in ("records", "books", "search", "facet_counts"):
        run_sql(db, f"DELETE FROM {table}")  # noqa: S608 - a name from the line above
    if db.dialect.name == "sqlite":
        run_sql(db, "DELETE FROM search_filter_tokens")
