"""The effect of each notification on the catalogue."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bookshop.catalogue.book_store import find_book
from bookshop.database import Database
from bookshop.search.find_books import find_typed_isbn
from tests.importing.feeds import ISBN, OTHER, a_feed
from tests.importing.shop import counts_of, is_listed, take, the_book
from tests.onix.messages import (
    collateral,
    descriptive,
    detail,
    price,
    supply,
    text,
)


async def test_a_later_message_with_the_same_content_only_changes_the_date(
    database: Database, tmp_path: Path
) -> None:
    await take(database, tmp_path, a_feed())
    report = await take(database, tmp_path, a_feed(sent_at="20261103"))
    assert counts_of(report) == {"unchanged": 1}
    assert counts_of(await take(database, tmp_path, a_feed(descriptive(title="x"), sent_at="20261102"))) == {
        "stale": 1
    }


async def test_a_full_record_replaces_and_an_update_replaces_its_blocks(
    database: Database, tmp_path: Path
) -> None:
    rich = (descriptive(), collateral(text("03", "A town.")), supply(detail(price("12.00"))))
    await take(database, tmp_path, a_feed(*rich))
    update = a_feed(supply(detail(price("13.00"))), notification="04", sent_at="20261102")
    assert counts_of(await take(database, tmp_path, update)) == {"changed": 1}
    book = await database.read(the_book, ISBN)
    assert (str(book.price), book.details.description) == ("S$13.00", "<p>A town.</p>")
    whole = a_feed(descriptive(title="Felix Holt"), sent_at="20261103")
    assert counts_of(await take(database, tmp_path, whole)) == {"changed": 1}
    book = await database.read(the_book, ISBN)
    assert (book.title, book.price.minor, book.details.description) == ("Felix Holt", 0, "")


@pytest.mark.parametrize("is_withdrawn", [False, True])
async def test_an_update_needs_something_to_update(
    database: Database, tmp_path: Path, is_withdrawn: bool
) -> None:
    if is_withdrawn:
        await take(database, tmp_path, a_feed())
        await take(database, tmp_path, a_feed(notification="05", sent_at="20261102"))
    report = await take(database, tmp_path, a_feed(descriptive(), notification="04", sent_at="20261103"))
    assert counts_of(report) == {"refused": 1}
    (refused,) = report.refused
    assert (refused.position, refused.reference) == (1, "com.example.1")
    assert refused.reason.endswith(
        "its sender has withdrawn." if is_withdrawn else "its sender has never sent."
    )


async def test_a_withdrawn_book_stays_but_is_not_shown(database: Database, tmp_path: Path) -> None:
    await take(database, tmp_path, a_feed(supply(detail(price("12.00")))))
    report = await take(database, tmp_path, a_feed(notification="05", sent_at="20261102"))
    assert counts_of(report) == {"retired": 1}
    assert await database.read(find_book, ISBN) is None
    assert await database.read(find_typed_isbn, ISBN) is None
    assert await database.read(is_listed, ISBN) is False
    assert counts_of(await take(database, tmp_path, a_feed(sent_at="20261103"))) == {"changed": 1}
    assert await database.read(is_listed, ISBN) is True


async def test_a_book_stays_listed_while_another_sender_has_it(database: Database, tmp_path: Path) -> None:
    await take(database, tmp_path, a_feed(descriptive(title="By the publisher")))
    await take(
        database,
        tmp_path,
        a_feed(descriptive(title="By the wholesaler"), sender="Whole Ltd", source="03"),
    )
    assert (await database.read(the_book, ISBN)).title == "By the publisher"
    await take(database, tmp_path, a_feed(notification="05", sent_at="20261102"))
    assert (await database.read(the_book, ISBN)).title == "By the wholesaler"
    await take(database, tmp_path, a_feed(notification="05", sent_at="20261102", sender="Whole Ltd"))
    assert await database.read(is_listed, ISBN) is False


async def test_a_message_from_the_future_does_not_keep_out_those_that_follow(
    database: Database, tmp_path: Path
) -> None:
    await take(database, tmp_path, a_feed(sent_at="99991231"))
    report = await take(database, tmp_path, a_feed(sent_at="99991231"))
    assert counts_of(report) == {"unchanged": 1}
    later = f"{datetime.now(UTC) + timedelta(minutes=1):%Y%m%dT%H%MZ}"
    report = await take(database, tmp_path, a_feed(descriptive(title="New"), sent_at=later))
    assert counts_of(report) == {"changed": 1}


async def test_a_message_sent_before_the_stored_record_is_stale(database: Database, tmp_path: Path) -> None:
    await take(database, tmp_path, a_feed(descriptive(title="New"), sent_at="20261103"))
    for notification in ("03", "05"):
        report = await take(database, tmp_path, a_feed(sent_at="20261102", notification=notification))
        assert counts_of(report) == {"stale": 1}
    assert counts_of(await take(database, tmp_path, a_feed(sent_at="20261102", sender="Another"))) == {
        "changed": 1
    }
    report = await take(database, tmp_path, a_feed(descriptive(title="Newer"), sent_at="20261103"))
    assert counts_of(report) == {"changed": 1}
    assert (await database.read(the_book, ISBN)).title == "Newer"


@pytest.mark.parametrize("notification", ["88", "89"])
async def test_tests_are_ignored(database: Database, tmp_path: Path, notification: str) -> None:
    assert counts_of(await take(database, tmp_path, a_feed(notification=notification))) == {"ignored": 1}
    assert counts_of(await take(database, tmp_path, a_feed(notification="05"))) == {"ignored": 1}
    assert await database.read(is_listed, ISBN) is None


async def test_a_new_reference_for_the_same_isbn_takes_its_place(database: Database, tmp_path: Path) -> None:
    await take(database, tmp_path, a_feed(descriptive(title="Old"), collateral(text("03", "Old."))))
    later = a_feed(descriptive(title="New"), reference="other", sent_at="20261102")
    assert counts_of(await take(database, tmp_path, later)) == {"changed": 1}
    book = await database.read(the_book, ISBN)
    assert (book.title, book.details.description) == ("New", "")
    await take(database, tmp_path, a_feed(notification="05", sent_at="20261103"))
    assert (await database.read(the_book, ISBN)).title == "New"


async def test_a_record_may_move_to_another_isbn(database: Database, tmp_path: Path) -> None:
    await take(database, tmp_path, a_feed())
    report = await take(database, tmp_path, a_feed(isbn=OTHER, sent_at="20261102"))
    assert counts_of(report) == {"new": 1}
    assert await database.read(is_listed, ISBN) is False
    assert await database.read(is_listed, OTHER) is True
