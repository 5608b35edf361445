"""After an upgrade that changes the rules, every book is derived and indexed again, once."""

from pathlib import Path

import pytest

from bookshop.database import Database
from bookshop.importing import refresh_scheduler
from bookshop.importing.refresh_books import refresh_books
from bookshop.importing.refresh_scheduler import refresh_all
from bookshop.importing.refresh_store import (
    COUNTER,
    begin_refresh,
    is_refreshed,
    list_books_to_refresh,
    set_all_refreshed,
    set_refreshed,
)
from tests.builders import a_book, store_book
from tests.importing.feeds import NOW
from tests.importing.shop import MARKET, run_sql, take, the_book
from tests.onix.messages import a_message, a_rich_product, isbn_of
from tests.search.find_titles import find_titles

STALE = "UPDATE books SET price_minor = 1"
ISBNS = sorted(isbn_of(number) for number in range(1, 6))


async def fill_earlier_shop(database: Database, folder: Path) -> None:
    """Store five books whose values and tokens earlier rules have made."""
    await take(database, folder, a_message(*map(a_rich_product, range(1, 6))))
    await database.write(run_sql, STALE)
    await database.write(run_sql, "UPDATE books SET category = 'ideas'")


async def categories_of(database: Database) -> set[str]:
    return {(await database.read(the_book, isbn)).category for isbn in ISBNS}


async def prices_of(database: Database) -> list[int]:
    return [(await database.read(the_book, isbn)).price.minor for isbn in ISBNS]


async def test_all_books_are_refreshed_once(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refresh_scheduler, "BATCH_BOOKS", 2)
    await fill_earlier_shop(database, tmp_path)
    await database.write(begin_refresh)
    await refresh_all(database, MARKET, pause=0)
    assert 1 not in await prices_of(database)
    assert await categories_of(database) == {"mystery"}
    await database.write(run_sql, STALE)
    await database.write(begin_refresh)
    await refresh_all(database, MARKET, pause=0)
    assert await prices_of(database) == [1] * 5


async def test_a_refresh_goes_on_where_another_process_is(database: Database, tmp_path: Path) -> None:
    await fill_earlier_shop(database, tmp_path)
    first, rest = ISBNS[:2], ISBNS[2:]
    await database.write(refresh_books, first, MARKET, NOW)
    assert await database.read(list_books_to_refresh, 10) == rest
    await database.write(run_sql, STALE)
    await database.write(refresh_books, first, MARKET, NOW)
    await database.write(set_refreshed, first[0])
    assert await database.read(list_books_to_refresh, 10) == rest
    assert await prices_of(database) == [1] * 5
    await database.write(set_all_refreshed)
    assert await database.read(is_refreshed, "9799999999990")
    assert await database.read(list_books_to_refresh, 10) == []


async def test_a_book_that_fails_is_left_as_it_was(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await fill_earlier_shop(database, tmp_path)
    # its record has no content any more
    await database.write(run_sql, "UPDATE records SET blocks = '[' WHERE isbn = :isbn", isbn=ISBNS[-1])
    await refresh_all(database, MARKET, pause=0)
    assert [price == 1 for price in await prices_of(database)] == [False] * 4 + [True]
    assert [record.args for record in caplog.records] == [(ISBNS[-1],)]


async def test_a_book_without_records_is_only_indexed(database: Database) -> None:
    book = await database.write(store_book, a_book("Sample", stock=1))
    await database.write(run_sql, "UPDATE books SET title = 'Renamed'")
    await refresh_all(database, MARKET, pause=0)
    assert await find_titles(database, "renamed") == ["Renamed"]
    assert (await database.read(the_book, book.isbn)).title == "Renamed"


async def test_an_empty_shop_has_nothing_to_refresh(database: Database, tmp_path: Path) -> None:
    await database.write(begin_refresh)
    await fill_earlier_shop(database, tmp_path)
    await database.write(begin_refresh)
    assert await database.read(list_books_to_refresh, 10) == []
    await database.write(run_sql, "DELETE FROM counters WHERE name = :name", name=COUNTER)
    assert await database.read(list_books_to_refresh, 10) == ISBNS
