"""People and series are found as one types, and counted whatever happens to their books."""

import random
from collections import Counter

from sqlalchemy import Connection, select

from bookshop.catalogue.book import Book, Contributor
from bookshop.database import Database
from bookshop.schema import books, contributors, name_starts, names
from bookshop.search.book_tokens import NAMES_ARE_COUNTED
from bookshop.search.choose_index import choose_index
from bookshop.search.facet import Facet
from bookshop.search.index_books import index_books
from bookshop.search.name_store import Name, find_names, read_names
from bookshop.search.search_index import Document
from tests.builders import a_book, store_book


def by(*people: str, series: str = "") -> Book:
    """Return a book by these people."""
    made = tuple(Contributor("A01", name, name.lower().replace(" ", "-")) for name in people)
    return a_book(contributors=made, series=series, series_key=series.lower().replace(" ", "-"))


def find(db: Connection, typed: str) -> list[tuple[str, int]]:
    return [(found.name, found.books) for found in find_names(db, typed)]


async def test_people_and_series_are_found_by_their_words(database: Database) -> None:
    def add(db: Connection) -> None:
        for _ in range(3):
            store_book(db, by("Virginia Woolf"))
        store_book(db, by("Mary Wollstonecraft", series="Wonders of the World"))
        store_book(db, by("村上春樹", "Wo Wo"))

    await database.write(add)
    assert await database.read(find, "wo") == [
        ("Virginia Woolf", 3),
        ("Mary Wollstonecraft", 1),
        ("Wo Wo", 1),
        ("Wonders of the World", 1),
    ]
    assert await database.read(find, "woolf v") == [("Virginia Woolf", 3)]
    assert await database.read(find, "World") == [("Wonders of the World", 1)]
    assert await database.read(find, "村上") == await database.read(find, "春树") == [("村上春樹", 1)]
    for typed in ("", "%", "_", "oolf", "wo x", "'"):
        assert await database.read(find, typed) == []


async def test_those_with_most_books_are_found_among_many(database: Database) -> None:
    def add(db: Connection) -> None:
        for n in range(60):
            store_book(db, by(f"Anna{n} Aaron"))
        for n in range(9):
            store_book(db, by("Zadie Annan", *(["Amy Annan"] if n < 4 else [])))

    await database.write(add)
    found = await database.read(find, "anna")
    assert found[:2] == [("Zadie Annan", 9), ("Amy Annan", 4)]
    assert len(found) > 8


async def test_a_name_is_as_its_books_write_it_now(database: Database) -> None:
    book = await database.write(store_book, by("VIRGINIA WOOLF"))

    def rename(db: Connection, name: str) -> None:
        db.execute(contributors.update().values(name=name))
        index_books(db, [book.isbn])

    for name in ("Virginia Woolf", "Ginny Woolf"):
        await database.write(rename, name)
        assert await database.read(find, "woolf") == [(name, 1)]
    assert await database.read(find, "virginia") == []


def recount(db: Connection) -> tuple[dict[str, int], set[tuple[object, ...]]]:
    """Return the number of indexed books of each name, and the rows that find it."""
    ranks = list(db.execute(select(books.c.rank).where(books.c.rank.is_not(None))).scalars())
    stored = choose_index(db).read_tokens(db, ranks)
    counts = Counter(token for tokens in stored.values() for token in tokens if token[:2] in ("c_", "r_"))
    return dict(counts), {row for name in read_names(db, counts).values() for row in name.start_rows}


def list_stored(db: Connection) -> tuple[dict[str, int], set[tuple[object, ...]]]:
    return (
        {row.token: row.books for row in db.execute(select(names))},
        {tuple(row) for row in db.execute(select(name_starts))},
    )


async def test_names_stay_counted_whatever_happens(database: Database) -> None:
    def change(db: Connection) -> None:
        chance = random.Random(3)
        people = ["Ann Lee", "Bo Lee", "Cy O’Lee"]
        isbns = [store_book(db, by(*chance.sample(people, 2), series="Lees")).isbn for _ in range(12)]
        for _ in range(40):
            some = chance.sample(isbns, 3)
            is_listed = {"is_listed": chance.random() < 0.6}
            db.execute(books.update().where(books.c.isbn.in_(some)).values(**is_listed))
            key, name = chance.choice([("ann-lee", "Ann Lee"), ("bo-lee", "Bo  Lee"), ("", "Nobody")])
            in_book = (contributors.c.isbn == some[0], contributors.c.position == 0)
            db.execute(contributors.update().where(*in_book).values(key=key, name=name))
            index_books(db, some)
            assert list_stored(db) == recount(db)
        db.execute(books.update().values(is_listed=False))
        index_books(db, isbns)
        assert list_stored(db) == ({}, set())

    await database.write(change)


async def test_a_book_that_an_older_version_indexed_is_counted_once(database: Database) -> None:
    book = await database.write(store_book, by("Ann Lee"))

    def forget(db: Connection) -> None:
        """Leave the index as a version without names left it."""
        rank = db.execute(select(books.c.rank)).scalar_one()
        index = choose_index(db)
        [tokens] = index.read_tokens(db, [rank]).values()
        index.remove_documents(db, [rank])
        older = tuple(token for token in tokens if token != NAMES_ARE_COUNTED)
        index.add_documents(db, [Document(rank, older, "")])
        db.execute(names.delete())
        db.execute(name_starts.delete())

    await database.write(forget)
    for _ in range(2):
        await database.write(index_books, [book.isbn])
        assert await database.read(find, "ann") == [("Ann Lee", 1)]
    token = Facet.CONTRIBUTOR.token("ann-lee")
    assert await database.read(read_names, [token]) == {token: Name(token, "Ann Lee", 1)}
