"""The index and the counts of facets follow every change of a book."""

import random
from collections import Counter

from sqlalchemy import Connection, select

from bookshop.database import Database
from bookshop.schema import books, facet_counts, sort_keys, stock
from bookshop.search.choose_index import choose_index
from bookshop.search.facet import counted_tokens
from bookshop.search.filters import Filters
from bookshop.search.find_books import find_books, find_typed_isbn
from bookshop.search.index_books import index_books
from bookshop.search.query import Query
from bookshop.search.results import Results
from tests.builders import a_book, store_book
from tests.search.sample_catalogue import CATEGORIES, some_book


def recount(db: Connection) -> dict[str, int]:
    """Return the numbers of books with each facet, from the index itself."""
    ranks = list(db.execute(select(books.c.rank).where(books.c.rank.is_not(None))).scalars())
    stored = choose_index(db).read_tokens(db, ranks)
    assert len(stored) == len(ranks)
    return dict(Counter(token for tokens in stored.values() for token in counted_tokens(tokens)))


def list_counts(db: Connection) -> dict[str, int]:
    return {row.token: row.books for row in db.execute(select(facet_counts))}


async def test_facets_stay_counted_whatever_happens(database: Database) -> None:
    def change(db: Connection) -> None:
        chance = random.Random(4)
        catalogue = [some_book(chance) for _ in range(30)]
        for book in catalogue:
            store_book(db, book)
        for _ in range(60):
            isbn = chance.choice(catalogue).isbn
            values: dict[str, object] = chance.choice(
                [
                    {"category": chance.choice(CATEGORIES)},
                    {"price_minor": 500},
                    {"is_listed": chance.random() < 0.5},
                ]
            )
            db.execute(books.update().where(books.c.isbn == isbn).values(**values))
            if chance.random() < 0.2:
                hide(db, isbn)
            index_books(db, [isbn])
            assert list_counts(db) == recount(db)
        for book in catalogue:
            hide(db, book.isbn)
        index_books(db, [book.isbn for book in catalogue])
        assert list_counts(db) == recount(db) == {}
        assert find_books(db, Query(), Filters(), 24) == Results()

    await database.write(change)


def hide(db: Connection, isbn: str) -> None:
    db.execute(books.update().where(books.c.isbn == isbn).values(is_listed=False))


async def test_indexing_again_changes_nothing(database: Database) -> None:
    book = await database.write(store_book, a_book())
    assert await database.write(index_books, [book.isbn]) == 0
    assert await database.write(index_books, ["9780000000002"]) == 0
    assert await database.write(index_books, []) == 0


async def test_what_is_not_shown_is_not_found(database: Database) -> None:
    book = await database.write(store_book, a_book("Hidden"))
    await database.write(hide, book.isbn)
    assert await database.write(index_books, [book.isbn]) == 1
    assert (await database.read(find_books, Query.from_text("hidden"), Filters(), 24)).ranks == ()
    assert await database.read(find_typed_isbn, book.isbn) is None


async def test_keys_that_an_earlier_version_left_behind_are_replaced(database: Database) -> None:
    def change(db: Connection) -> None:
        book = store_book(db, a_book())
        keys = db.execute(select(sort_keys)).mappings().all()
        set_stock = stock.update().where(stock.c.isbn == book.isbn)
        db.execute(set_stock.values(on_hand=0))
        index_books(db, [book.isbn])
        # during an upgrade, a worker of an earlier version moves books without their keys
        db.execute(sort_keys.insert(), [dict(row) for row in keys])
        db.execute(set_stock.values(on_hand=1))
        assert index_books(db, [book.isbn]) == 1
        assert db.execute(select(sort_keys)).mappings().all() == keys

    await database.write(change)
