"""The figures are those of a fresh count, however orders are paid, cancelled and age."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from sqlalchemy import Connection, select

from bookshop.catalogue.book import Book
from bookshop.catalogue.book_store import books_at_ranks
from bookshop.catalogue.nearby_store import list_nearby
from bookshop.database import Database
from bookshop.orders.order import Order, OrderLine, PaymentState
from bookshop.orders.payment_store import take_number
from bookshop.orders.store import add_order
from bookshop.sales import paid_order_store
from bookshop.sales.count_sales import count_copies, count_pairs, count_sales
from bookshop.sales.paid_order_store import CountedOrders, lock_counted
from bookshop.sales.window import PAIRS, SALES
from bookshop.schema import bought_together, order_copies, sales
from bookshop.search.facet import Facet
from bookshop.search.find_books import list_by_facet
from bookshop.search.sort import Sort
from tests.builders import a_book, an_order, store_book
from tests.search.test_find_books import isbns_of

START = datetime(2026, 1, 1, tzinfo=UTC)


def pay(db: Connection, books: Sequence[Book], email: str, at: datetime, quantity: int = 1) -> Order:
    """Store a paid order of these books."""
    lines = tuple(OrderLine(book.isbn, book.title, book.byline, quantity, book.price) for book in books)
    order = replace(
        an_order(*books),
        email=email,
        lines=lines,
        placed_at=at,
        payment=PaymentState.PAID,
        paid_at=at,
        number=take_number(db),
    )
    add_order(db, order)
    for position, line in enumerate(lines):
        copies = {"order_id": order.id, "position": position, "isbn": line.isbn}
        db.execute(order_copies.insert(), {**copies, "in_stock": quantity, "order_number": order.number})
    return order


def count_afresh(orders: Sequence[Order], now: datetime) -> Counter[str]:
    copies: Counter[str] = Counter()
    for order in orders:
        if order.paid_at and order.paid_at >= now - SALES.age:
            for line in order.lines:
                copies[line.isbn] += line.quantity
    return copies


def pair_afresh(orders: Sequence[Order], now: datetime, max_books: int) -> dict[tuple[str, str], int]:
    shoppers: dict[tuple[str, str], set[str]] = {}
    for order in orders:
        isbns = {line.isbn for line in order.lines}
        if order.paid_at and order.paid_at >= now - PAIRS.age and len(isbns) <= max_books:
            for pair in permutations(isbns, 2):
                shoppers.setdefault(pair, set()).add(order.email.lower())
    return {pair: len(emails) for pair, emails in shoppers.items()}


@pytest.mark.parametrize("seed", range(2))
async def test_the_figures_are_those_of_a_fresh_count(
    database: Database, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr("bookshop.sales.pairs.MAX_BOOKS_OF_PAIRS", 4)
    chance = random.Random(seed)
    books = [a_book(f"Volume {n}") for n in range(7)]
    orders: list[Order] = []

    def go_on(db: Connection, now: datetime) -> None:
        """Pay some orders, and count for a while."""
        for _ in range(chance.randint(0, 6)):
            chosen = chance.sample(books, chance.randint(1, 6))
            email = chance.choice(["a@example.com", "A@Example.com", "b@example.com", "c@example.com"])
            orders.append(pay(db, chosen, email, now, chance.randint(1, 3)))

    def compare(db: Connection, now: datetime) -> None:
        sold = {row.isbn: row.copies for row in db.execute(select(sales))}
        assert sold == count_afresh(orders, now)
        together = {(row.isbn, row.other): row.shoppers for row in db.execute(select(bought_together))}
        assert together == pair_afresh(orders, now, 4)

    def store(db: Connection) -> None:
        for book in books:
            store_book(db, book)

    monkeypatch.setattr(paid_order_store, "LIST_PAID_ORDERS", paid_order_store.LIST_PAID_ORDERS.limit(2))
    await database.write(store)
    now = START
    # beyond both windows, at last without any new order
    for step in range(40):
        now += timedelta(days=chance.choice([0, 1, 20, 60, 100]))
        if step < 25:
            await database.write(go_on, now)
        # what was not counted in time may be old before it is counted
        if step > 25 or chance.random() < 0.6:
            await count_sales(database, now, pause=0)
            await database.read(compare, now)
    await count_sales(database, now + PAIRS.age + timedelta(days=1), pause=0)
    assert await database.read(lambda db: db.execute(select(bought_together)).all()) == []
    assert await database.read(lambda db: db.execute(select(sales)).all()) == []


async def test_a_shop_that_has_orders_begins_with_those_of_the_last_months(database: Database) -> None:
    books = [a_book("First"), a_book("Second")]
    now = START + timedelta(days=5000)

    def store(db: Connection) -> None:
        for book in books:
            store_book(db, book)
        for days in (4000, 700, 89, 1):
            pay(db, books, f"reader{days}@example.com", now - timedelta(days=days))

    await database.write(store)
    await count_sales(database, now, pause=0)
    assert await database.read(lambda db: db.execute(select(sales.c.copies)).scalars().all()) == [2, 2]
    counted = await database.write(lock_counted, SALES, now)
    assert counted == CountedOrders(after=counted.last - 2, last=counted.last)
    shoppers = await database.read(lambda db: db.execute(select(bought_together.c.shoppers)).scalars().all())
    assert shoppers == [3, 3]


async def test_what_sells_comes_first_without_cancelled_copies(database: Database) -> None:
    few, many, cancelled, unsold = (a_book(title) for title in ("Few", "Many", "Cancelled", "Unsold"))

    def sell(db: Connection) -> None:
        for book in (few, many, cancelled, unsold):
            store_book(db, book)
        pay(db, [few], "a@example.com", START)
        pay(db, [many], "b@example.com", START, quantity=5)
        pay(db, [cancelled], "c@example.com", START, quantity=9)

    def list_sold(db: Connection) -> list[str]:
        return isbns_of(db, list_by_facet(db, Facet.CATEGORY, "fiction", 24, "", Sort.BESTSELLING))

    def cancel(db: Connection, copies: int, returned: int) -> None:
        of_it = order_copies.c.isbn == cancelled.isbn
        db.execute(order_copies.update().where(of_it).values(cancelled=copies, returned=returned))

    await database.write(sell)
    await count_sales(database, START, pause=0)
    assert (await database.read(list_sold))[:3] == [cancelled.isbn, many.isbn, few.isbn]
    await database.write(cancel, 5, 2)
    await count_sales(database, START, pause=0)
    assert (await database.read(list_sold))[:3] == [many.isbn, cancelled.isbn, few.isbn]
    await database.write(cancel, 0, 0)
    await count_sales(database, START, pause=0)
    assert (await database.read(list_sold))[:3] == [cancelled.isbn, many.isbn, few.isbn]
    await count_sales(database, START + timedelta(days=91), pause=0)
    assert await database.read(list_sold) == [few.isbn, many.isbn, cancelled.isbn, unsold.isbn]


async def test_only_what_five_different_shoppers_bought_together_is_named(database: Database) -> None:
    book, other, third, gone = (a_book(title) for title in ("Book", "Other", "Third", "Gone"))

    def sell(db: Connection, shoppers: Sequence[str], *books: Book) -> None:
        for shopper in shoppers:
            pay(db, books, f"{shopper}@example.com", START)

    def list_titles(db: Connection) -> list[str]:
        return [found.title for found in books_at_ranks(db, list_nearby(db, book, (), 2).also_bought)]

    def store(db: Connection) -> None:
        for one in (book, other, third):
            store_book(db, one)
        store_book(db, replace(gone, available=0))

    async def count() -> list[str]:
        await count_sales(database, START, pause=0)
        return await database.read(list_titles)

    await database.write(store)
    # the same shopper again, and books in separate orders
    await database.write(sell, ["a", "b", "c", "d", "d", "D"], book, other)
    await database.write(sell, ["e"], book)
    await database.write(sell, ["e"], other)
    assert await count() == []
    await database.write(sell, ["e"], book, other, third)
    assert await count() == ["Other"]
    await database.write(sell, "abcdfg", book, third)
    assert await count() == ["Third", "Other"]
    await database.write(sell, "abcdefghi", book, gone)
    assert await count() == ["Third", "Other"]


async def test_each_order_is_counted_once_by_two_processes(database: Database) -> None:
    book, other = a_book(), a_book()

    def sell(db: Connection) -> None:
        for one in (book, other):
            store_book(db, one)
        for number in range(30):
            pay(db, [book, other], f"{number}@example.com", START)

    await database.write(sell)
    for _ in range(2):
        await database.write(count_copies, START)
        await database.write(count_pairs, START)
    assert await database.read(lambda db: db.execute(select(sales.c.copies)).scalars().all()) == [30, 30]
