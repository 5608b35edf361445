"""The index follows the stock, and becomes fast again after many changes."""

import asyncio
import random
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection

from bookshop.catalogue.add_book import add_book
from bookshop.catalogue.stock import release_stock, reserve_stock
from bookshop.database import Database, open_database
from bookshop.search import sqlite_index
from bookshop.search.index_sync import (
    FIND_LAST_MOVEMENT,
    has_new_movements,
    index_missing,
    optimize_index,
    optimize_step,
    run_index_sync,
    set_synced,
    sync_index,
)
from bookshop.search.search_index import Document
from tests.builders import a_book, break_book, count_index_segments, store_book
from tests.search.find_titles import find_titles


async def test_what_was_sold_out_moves_at_the_next_sync(database: Database) -> None:
    last, other = a_book("A tale", stock=1, published="2025"), a_book("B tale", published="2020")
    await database.write(store_book, last)
    await database.write(store_book, other)
    assert await sync_index(database) == 0
    await database.write(reserve_stock, {last.isbn: 1}, "order 1")
    assert await find_titles(database, "tale") == ["A tale", "B tale"]
    assert await database.read(has_new_movements)
    assert await sync_index(database) == 1
    assert not await database.read(has_new_movements)
    assert await find_titles(database, "tale") == ["B tale", "A tale"]
    assert await find_titles(database, "tale", availability="none") == ["A tale"]
    assert await sync_index(database) == 0
    await database.write(release_stock, {last.isbn: 1}, "order 1")
    assert await sync_index(database) == 1
    assert await find_titles(database, "tale") == ["A tale", "B tale"]


# nothing that did-you-mean could suggest: no letters, few of them, none that split into words
ODD_TITLES = (
    "",
    "…",
    "It",
    "A B",
    "1984",
    "我",
    "百年孤独",
    "😀",
    "É",
    "ß",
    "É",
    "\u200b",
    "№",
    "_",
    "ﷺ",
    "़",
)


async def test_the_index_follows_books_whatever_their_words_are(database: Database) -> None:
    chance = random.Random(36)
    characters = "".join(ODD_TITLES) + " .,abé日本한αяא"
    titles = [*ODD_TITLES, *("".join(chance.choices(characters, k=chance.randint(1, 4))) for _ in range(8))]
    parts: dict[str, Any] = {
        "byline": "",
        "publisher": "",
        "publisher_key": "",
        "contributors": (),
        "subjects": (),
    }
    shown = [a_book(title, stock=1, **parts) for title in titles]
    for book in shown:
        await database.write(store_book, book)
    assert len(await find_titles(database, "", availability="shelf")) == len(shown)
    for book in shown:
        await database.write(reserve_stock, {book.isbn: 1}, "order 1")
        assert await sync_index(database) == 1
    assert len(await find_titles(database, "", availability="none")) == len(shown)


async def test_books_that_were_never_indexed_are_taken_in(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bookshop.search.index_sync.MAX_BOOKS_PER_TRANSACTION", 2)
    old = [a_book(f"Old {number}") for number in range(5)]
    for book in old:
        await database.write(add_book, book, date(2026, 1, 1))
    await database.write(break_book, old[1].isbn)
    assert await index_missing(database) == 4
    assert sorted(await find_titles(database, "old")) == ["Old 0", "Old 2", "Old 3", "Old 4"]
    assert [record.args for record in caplog.records] == [(old[1].isbn,)]


async def test_a_movement_that_is_committed_after_a_later_one_was_synced_is_not_missed(
    database: Database,
) -> None:
    late, later = a_book("A tale", stock=1), a_book("B tale", stock=1)
    await database.write(store_book, late)
    await database.write(store_book, later)
    await database.write(reserve_stock, {late.isbn: 1}, "order 1")
    # as if the next movement had been synced before this one was committed
    await database.write(set_synced, await database.read(find_last_movement))
    await database.write(reserve_stock, {later.isbn: 1}, "order 2")
    assert await sync_index(database) == 2
    assert await find_titles(database, "tale", availability="none") == ["A tale", "B tale"]


def find_last_movement(db: Connection) -> int:
    return int(db.execute(FIND_LAST_MOVEMENT).scalar_one())


async def test_a_book_that_cannot_be_indexed_is_logged_and_does_not_stop_the_rest(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    shown = [await database.write(store_book, a_book(f"{letter} tale", stock=1)) for letter in "ABCDE"]
    await database.write(break_book, shown[2].isbn)
    for book in shown:
        await database.write(reserve_stock, {book.isbn: 1}, "order 1")
    assert await sync_index(database) == 4
    assert await find_titles(database, "tale", availability="shelf") == ["C tale"]
    assert [record.args for record in caplog.records] == [(shown[2].isbn,)]
    # until there are new movements, nothing is tried again
    assert await sync_index(database) == 0
    await database.write(release_stock, {shown[0].isbn: 1}, "order 1")
    assert await sync_index(database) == 1
    assert await find_titles(database, "tale", availability="shelf") == ["A tale", "C tale"]


async def test_syncing_goes_on_after_an_error(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tries, synced = 0, asyncio.Event()

    async def fail_once(_: Database) -> int:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise OSError("the disk is full")
        synced.set()
        return 0

    monkeypatch.setattr("bookshop.search.index_sync.sync_index", fail_once)
    task = asyncio.create_task(run_index_sync(database, 0))
    await synced.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert "The search index could not be synced" in caplog.text


async def test_optimizing_merges_the_index_into_one_segment_and_keeps_what_is_found(
    database: Database,
) -> None:
    for number in range(3):
        await database.write(store_book, a_book(f"Kept {number}"))
    found = await find_titles(database, "kept")
    assert len(found) == 3
    await optimize_index(database)
    assert await database.read(count_index_segments) == 1
    assert await find_titles(database, "kept") == found


async def test_a_large_index_is_optimized_in_small_steps(sqlite_url: str) -> None:
    database = open_database(sqlite_url)

    def add(db: Connection, first: int) -> None:
        ranks = range(first, first + 3000)
        sqlite_index.add_documents(
            db, [Document(rank, tuple(f"word{rank}x{n}" for n in range(40)), "") for rank in ranks]
        )

    steps = 0
    for first in (0, 3000, 6000):
        await database.write(add, first)
    assert await database.read(count_index_segments) > 1
    while await database.write(optimize_step):
        steps += 1
        assert steps < 100
    assert steps > 1
    assert await database.read(count_index_segments) == 1
    await database.close()
