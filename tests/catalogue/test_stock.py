"""Copies are held, given back and sold once for each reason, and never more than there are."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import IntegrityError

from bookshop.catalogue.book import Book
from bookshop.catalogue.stock import (
    OutOfStock,
    find_available,
    pack_stock,
    receive_stock,
    release_stock,
    reserve_stock,
    sell_stock,
    sorted_by_isbn,
)
from bookshop.database import Database, open_database
from bookshop.schema import stock, stock_movements
from tests.builders import a_book, store_book

Change = Callable[[Connection, Mapping[str, int], str], None]

ENDINGS: dict[str, Change] = {"released": release_stock, "paid": sell_stock}
UNKNOWN_ISBN = "9781234567897"


def count_stock(db: Connection, isbn: str) -> tuple[int, int]:
    row = db.execute(select(stock.c.on_hand, stock.c.reserved).where(stock.c.isbn == isbn)).first()
    return (row.on_hand, row.reserved) if row else (0, 0)


def add_up_movements(db: Connection, isbn: str) -> tuple[int, int]:
    """Return the copies on hand and reserved according to the movements alone."""
    kind, quantity = stock_movements.c.kind, func.sum(stock_movements.c.quantity)
    rows = db.execute(select(kind, quantity).where(stock_movements.c.isbn == isbn).group_by(kind))
    moved = Counter({kind: int(quantity) for kind, quantity in rows})
    return moved["received"], moved["reserved"] - moved["released"]


async def stored(database: Database, copies: int) -> Book:
    return await database.write(store_book, a_book(stock=copies))


@pytest.fixture
async def other(database_url: str) -> AsyncIterator[Database]:
    """The same database, opened a second time as by another process."""
    other = open_database(database_url)
    yield other
    await other.close()


async def test_a_reserved_copy_is_on_hand_but_not_available(database: Database) -> None:
    book = await stored(database, 3)
    await database.write(reserve_stock, {book.isbn: 2}, "order 1")
    assert await database.read(count_stock, book.isbn) == (3, 2)
    assert await database.read(find_available, book.isbn) == 1


async def test_a_released_copy_is_free_again(database: Database) -> None:
    book = await stored(database, 3)
    await database.write(reserve_stock, {book.isbn: 2}, "order 1")
    await database.write(release_stock, {book.isbn: 2}, "order 1")
    assert await database.read(count_stock, book.isbn) == (3, 0)


async def test_a_paid_copy_is_on_the_shelf_until_it_is_packed(database: Database) -> None:
    book = await stored(database, 3)
    await database.write(reserve_stock, {book.isbn: 2}, "order 1")
    await database.write(sell_stock, {book.isbn: 2}, "order 1")
    assert await database.read(count_stock, book.isbn) == (3, 2)
    await database.write(pack_stock, {book.isbn: 2}, "order 1", "order 1:1")
    assert await database.read(count_stock, book.isbn) == (1, 0)


async def test_a_book_without_stock_has_no_free_copy(database: Database) -> None:
    assert await database.read(find_available, UNKNOWN_ISBN) == 0


async def test_a_book_without_stock_does_not_move(database: Database) -> None:
    for change in ENDINGS.values():
        with pytest.raises(IntegrityError):
            await database.write(change, {UNKNOWN_ISBN: 1}, "order 1")


async def test_a_book_without_stock_is_out_of_stock(database: Database) -> None:
    with pytest.raises(OutOfStock) as refused:
        await database.write(reserve_stock, {UNKNOWN_ISBN: 1}, "order 1")
    assert refused.value.isbn == UNKNOWN_ISBN


async def test_an_order_reserves_all_of_its_books_or_none(database: Database) -> None:
    plenty, scarce = await stored(database, 5), await stored(database, 1)
    with pytest.raises(OutOfStock) as refused:
        await database.write(reserve_stock, {plenty.isbn: 2, scarce.isbn: 2}, "order 1")
    assert refused.value.isbn == scarce.isbn
    for book in (plenty, scarce):
        assert await database.read(find_available, book.isbn) == book.available
        assert await database.read(add_up_movements, book.isbn) == (book.available, 0)


async def test_a_delivery_arrives_once(database: Database) -> None:
    book = await stored(database, 3)
    await database.write(receive_stock, book.isbn, 2, "a delivery")
    with pytest.raises(IntegrityError):
        await database.write(receive_stock, book.isbn, 2, "a delivery")
    assert await database.read(count_stock, book.isbn) == (5, 0)


async def test_the_same_order_reserves_its_books_once_however_often_it_is_repeated(
    database: Database, other: Database
) -> None:
    book = await stored(database, 9)
    tries = ((database, other)[n % 2].write(reserve_stock, {book.isbn: 2}, "order 1") for n in range(8))
    ends = await asyncio.gather(*tries, return_exceptions=True)
    assert ends.count(None) == 1
    assert {type(end) for end in ends} == {type(None), IntegrityError}
    assert await database.read(count_stock, book.isbn) == (9, 2)


@pytest.mark.parametrize("kind", ENDINGS)
async def test_the_same_order_ends_once_however_often_it_is_repeated(
    database: Database, other: Database, kind: str
) -> None:
    book = await stored(database, 9)
    # another order's copies are there to be taken by mistake
    for order in ("order 1", "order 2"):
        await database.write(reserve_stock, {book.isbn: 2}, order)
    tries = ((database, other)[n % 2].write(ENDINGS[kind], {book.isbn: 2}, "order 1") for n in range(8))
    ends = await asyncio.gather(*tries, return_exceptions=True)
    assert ends.count(None) == 1
    assert {type(end) for end in ends} == {type(None), IntegrityError}
    assert await database.read(count_stock, book.isbn) == {"released": (9, 2), "paid": (9, 4)}[kind]


async def test_what_is_not_reserved_cannot_be_released_or_sold(database: Database) -> None:
    book = await stored(database, 3)
    for change in ENDINGS.values():
        with pytest.raises(IntegrityError):
            await database.write(change, {book.isbn: 1}, "order 1")
    assert await database.read(count_stock, book.isbn) == (3, 0)
    assert await database.read(add_up_movements, book.isbn) == (3, 0)


async def test_seven_copies_go_to_seven_of_fifty_who_want_one(database: Database, other: Database) -> None:
    book = await stored(database, 7)
    ends = await asyncio.gather(
        *((database, other)[n % 2].write(reserve_stock, {book.isbn: 1}, f"order {n}") for n in range(50)),
        return_exceptions=True,
    )
    assert ends.count(None) == 7
    assert {type(end) for end in ends} == {type(None), OutOfStock}
    assert await database.read(count_stock, book.isbn) == (7, 7)
    assert await database.read(add_up_movements, book.isbn) == (7, 7)


async def test_orders_for_the_same_books_never_deadlock(database: Database, other: Database) -> None:
    one, two = await stored(database, 20), await stored(database, 20)
    wanted = ({one.isbn: 1, two.isbn: 1}, {two.isbn: 1, one.isbn: 1})
    await asyncio.gather(
        *((database, other)[n % 2].write(reserve_stock, wanted[n % 2], f"order {n}") for n in range(20))
    )
    assert await database.read(find_available, one.isbn) == await database.read(find_available, two.isbn) == 0


@given(st.dictionaries(st.text(max_size=13), st.integers(1, 20)), st.randoms())
def test_books_are_taken_in_the_same_order_however_they_were_put_in(
    quantities: dict[str, int], random: Random
) -> None:
    shuffled = list(quantities.items())
    random.shuffle(shuffled)
    assert sorted_by_isbn(dict(shuffled)) == sorted_by_isbn(quantities)
    assert dict(sorted_by_isbn(quantities)) == quantities


operations = st.lists(
    st.tuples(
        st.sampled_from([reserve_stock, release_stock, sell_stock]),
        st.integers(1, 3),
        st.sampled_from(["order 1", "order 2", "order 3"]),
    ),
    max_size=8,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(copies=st.integers(0, 5), todo=operations)
async def test_whatever_happens_the_movements_add_up_to_the_stock(
    database: Database, copies: int, todo: list[tuple[Change, int, str]]
) -> None:
    book = await stored(database, copies)
    for change, quantity, reason in todo:
        before = await database.read(count_stock, book.isbn)
        try:
            await database.write(change, {book.isbn: quantity}, reason)
        except (OutOfStock, IntegrityError):
            assert await database.read(count_stock, book.isbn) == before
        on_hand, reserved = await database.read(count_stock, book.isbn)
        assert 0 <= reserved <= on_hand <= copies
        assert await database.read(add_up_movements, book.isbn) == (on_hand, reserved)
