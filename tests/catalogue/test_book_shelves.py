"""The shelves below a book: what is on each of them, and nothing twice."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection

from bookshop.catalogue.book import Book, Contributor
from bookshop.catalogue.book_shelves import BookShelves, load_shelves
from bookshop.catalogue.book_store import find_book
from bookshop.catalogue.credits import credits_of
from bookshop.database import Database
from bookshop.schema import books, bought_together
from bookshop.trade.availability import Supply
from tests.builders import a_book, store_book

TO_ORDER, GONE = Supply("20"), Supply("51")
ANN, BO = Contributor("A01", "Ann", "ann"), Contributor("A01", "Bo", "bo")


def store_all(db: Connection, stored: Iterable[Book]) -> None:
    for book in stored:
        store_book(db, book)


async def read_shelves(database: Database, book: Book, editions: Sequence[Book] = ()) -> BookShelves:
    def read(db: Connection) -> BookShelves:
        found = find_book(db, book.isbn)
        assert found
        groups = credits_of(found.contributors)
        return load_shelves(db, found, groups[0] if groups else None, editions)

    return await database.read(read)


def titles(found: Iterable[Book]) -> list[str]:
    return [book.title for book in found]


def dated(year: int, **changed: Any) -> Book:
    """Make a book of a year that only its date relates to others."""
    values: dict[str, Any] = {"contributors": (), "byline": "", **changed}
    return a_book(f"Of {year}", published=str(year), **values)


async def test_neighbours_are_those_beside_the_book_in_its_category(database: Database) -> None:
    stored = {year: dated(year) for year in range(2001, 2021)}
    await database.write(
        store_all, [*stored.values(), dated(2010, category="travel"), dated(2009, category="")]
    )
    shelves = [await read_shelves(database, stored[year]) for year in (2010, 2011, 2001, 2020)]
    assert [titles(one.suggestions) for one in shelves] == [
        ["Of 2009", "Of 2011", "Of 2008", "Of 2012", "Of 2007", "Of 2013"],
        ["Of 2010", "Of 2012", "Of 2009", "Of 2013", "Of 2008", "Of 2014"],
        ["Of 2002", "Of 2003", "Of 2004", "Of 2005", "Of 2006", "Of 2007"],
        ["Of 2019", "Of 2018", "Of 2017", "Of 2016", "Of 2015", "Of 2014"],
    ]


async def test_a_book_that_cannot_be_bought_has_neighbours_where_it_would_stand(database: Database) -> None:
    gone = dated(2010, stock=0, supply=GONE)
    await database.write(store_all, [gone, *(dated(year) for year in range(2001, 2021) if year != 2010)])
    assert titles((await read_shelves(database, gone)).suggestions)[:4] == [
        "Of 2009",
        "Of 2011",
        "Of 2008",
        "Of 2012",
    ]


async def test_neighbours_can_be_bought_or_stand_in_the_shop_instead_of_a_book_that_cannot(
    database: Database,
) -> None:
    here, ordered = dated(2001), dated(2003, stock=0, supply=TO_ORDER)
    gone, also_gone = dated(2002, stock=0, supply=GONE), dated(2004, stock=0, supply=GONE)
    await database.write(store_all, [here, gone, ordered, also_gone])
    assert titles((await read_shelves(database, here)).suggestions) == ["Of 2003"]
    assert titles((await read_shelves(database, ordered)).suggestions) == ["Of 2001"]
    assert titles((await read_shelves(database, gone)).suggestions) == ["Of 2001"]
    # the index follows the stock some seconds later
    await database.write(lambda db: db.execute(books.update().values(supply="51", may_sell=False)))
    assert (await read_shelves(database, gone)).suggestions == ()


async def test_books_of_no_category_have_no_neighbours(database: Database) -> None:
    book = dated(2001, category="")
    await database.write(store_all, [book, dated(2002, category="")])
    assert (await read_shelves(database, book)).suggestions == ()


async def test_the_authors_have_other_books(database: Database) -> None:
    book = a_book("Itself", contributors=(ANN, BO, Contributor("B06", "Cy", "cy")), category="poetry")
    others = [
        a_book("Old", contributors=(ANN,), published="2001"),
        a_book("To order", contributors=(BO,), stock=0, supply=TO_ORDER),
        a_book("New", contributors=(Contributor("A12", "Di"), BO), published="2022"),
        a_book("Both", contributors=(ANN, BO), published="2011"),
        a_book("Sold out", contributors=(ANN,), stock=0),
        a_book("Withdrawn", contributors=(ANN,), is_listed=False),
        a_book("Edited", contributors=(Contributor("B01", "Ann", "ann"),)),
        a_book("Translated", contributors=(Contributor("B06", "Cy", "cy"),)),
        a_book("Keyless", contributors=(Contributor("A01", "Ann"),)),
    ]
    await database.write(store_all, [book, *others])
    assert titles((await read_shelves(database, book)).by_people) == ["New", "Both", "Old", "To order"]
    translated = await read_shelves(database, others[7])
    assert titles(translated.by_people) == ["Itself"]


async def test_a_series_is_shown_in_order_with_what_is_missing(database: Database) -> None:
    numbers = ["4", "1", "2", ""]
    some: dict[str, Any] = {"series": "Towns", "series_key": "towns"}
    stored = [a_book(f"Volume {n}", series_number=n, stock=n != "2", **some) for n in numbers]
    unlisted = a_book("Volume 3", series_number="3", is_listed=False, **some)
    lone = a_book("Lone", series="Alone", series_key="alone", series_number="2")
    await database.write(store_all, [*stored, unlisted, lone, a_book("Elsewhere", series_number="5")])
    shelves = await read_shelves(database, stored[0])
    assert [(place.number, place.book and place.book.title) for place in shelves.series] == [
        ("1", "Volume 1"),
        ("2", "Volume 2"),
        ("3", None),
        ("4", "Volume 4"),
        ("", "Volume "),
    ]
    assert (await read_shelves(database, lone)).series == ()


async def test_other_books_of_the_authors_come_before_the_rest_of_a_long_series(database: Database) -> None:
    some: dict[str, Any] = {"series": "Towns", "series_key": "towns", "contributors": (ANN,)}
    stored = [a_book(f"Volume {n}", series_number=str(n), **some) for n in range(1, 31)]
    other = a_book("Another", contributors=(ANN,), published="1999")
    await database.write(store_all, [*stored, other, a_book("Near", contributors=(BO,), published="1999")])
    shelves = await read_shelves(database, stored[14])
    assert [place.number for place in shelves.series] == [str(n) for n in range(11, 19)]
    assert titles(shelves.by_people) == ["Another", *(f"Volume {n}" for n in range(1, 6))]
    assert titles(shelves.suggestions) == ["Near"]


def buy_together(db: Connection, isbn: str, others: dict[str, int]) -> None:
    """Store how many shoppers bought each of the others with a book."""
    rows = [{"isbn": isbn, "other": other, "shoppers": shoppers} for other, shoppers in others.items()]
    db.execute(bought_together.insert(), rows)


async def test_what_readers_also_bought_comes_instead_of_the_neighbours(database: Database) -> None:
    book, near = a_book("Itself"), a_book("Near")
    also = [a_book(f"Bought by {n}", category="travel", contributors=(BO,)) for n in range(4, 8)]
    also[3] = replace(also[3], title="Bought by 7, to order", available=0, supply="20")
    await database.write(store_all, [book, near, *also])
    await database.write(buy_together, book.isbn, {one.isbn: n for n, one in enumerate(also, 4)})
    shelves = await read_shelves(database, book)
    assert shelves.are_also_bought
    assert titles(shelves.suggestions) == ["Bought by 7, to order", "Bought by 6", "Bought by 5"]
    assert titles(shelves.by_people) == ["Near"]
    # an edition is on no shelf: then there are the neighbours again
    shelves = await read_shelves(database, book, also[1:])
    assert not shelves.are_also_bought
    # instead of a book that cannot be bought, one on the shelves
    await database.write(lambda db: db.execute(books.update().values(may_sell=books.c.isbn != book.isbn)))
    assert titles((await read_shelves(database, book)).suggestions) == ["Bought by 6", "Bought by 5"]


async def test_no_book_is_on_two_shelves_nor_another_edition_of_one(database: Database) -> None:
    some: dict[str, Any] = {"series": "Towns", "series_key": "towns", "contributors": (ANN,)}
    first, second = [a_book(f"Volume {n}", series_number=n, **some) for n in "12"]
    others = [
        a_book("Volume 1", form="BB", contributors=(ANN,)),
        a_book("Related", contributors=(ANN,)),
        a_book("More", contributors=(ANN,), work="more"),
        a_book("More, in large print", contributors=(ANN,), work="more"),
        a_book("Near", contributors=(BO,)),
    ]
    await database.write(store_all, [first, second, *others])
    shelves = await read_shelves(database, first, [others[1]])
    assert [place.book and place.book.title for place in shelves.series] == ["Volume 1", "Volume 2"]
    assert len(shelves.by_people) == 1
    assert shelves.by_people[0].work == "more"
    assert titles(shelves.suggestions) == ["Near"]


@pytest.mark.parametrize("count", [6, 40])
async def test_a_shelf_has_a_row_of_books(database: Database, count: int) -> None:
    stored = [a_book(f"Volume {n}", contributors=(ANN if n % 2 else BO,)) for n in range(2 * count)]
    await database.write(store_all, stored)
    shelves = await read_shelves(database, stored[0])
    assert len(shelves.by_people) == min(count - 1, 6)
    assert len(shelves.suggestions) == 6
