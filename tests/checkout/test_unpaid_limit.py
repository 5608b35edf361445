"""One network can reserve only so much without paying, by however many browsers at once."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from bookshop.app import create_app
from bookshop.catalogue.book import Book
from bookshop.catalogue.stock import find_available
from bookshop.checkout.place_order import add_within_limit
from bookshop.checkout.unpaid_limit import TooManyUnpaid, UnpaidLimit, unpaid_limit
from bookshop.database import Database, open_database
from bookshop.orders.order import CancelReason, Order, OrderLine, PaymentState
from bookshop.schema import orders
from tests.builders import a_book, an_order, some_settings, store_book
from tests.processes import Process
from tests.shopper import Shopper, text_of

WINDOW = timedelta(hours=2)
LIMIT = UnpaidLimit(max_orders=5, max_copies=20, window=WINDOW)
SCHOOL, HOME = "5" * 64, "f" * 64
NOW = datetime.now(UTC)
# an empty setting is the default
DEFAULTS = {"MAX_UNPAID_ORDERS": "", "MAX_UNPAID_COPIES": ""}


@pytest.fixture
async def book(database: Database) -> Book:
    return await database.write(store_book, a_book("Emma", stock=400, price=2300))


def order_of(book: Book, copies: int = 1, network: str = SCHOOL, to_order: int = 0) -> Order:
    line = OrderLine(book.isbn, book.title, book.byline, copies, book.price, to_order=to_order)
    return an_order(lines=(line,), network_hash=network, placed_at=datetime.now(UTC))


async def place_until_refused(database: Database, book: Book, copies: int, network: str = SCHOOL) -> int:
    """Place orders of so many copies and return how many were accepted."""
    for accepted in range(100):
        try:
            await database.write(add_within_limit, order_of(book, copies, network), LIMIT)
        except TooManyUnpaid:
            return accepted
    raise AssertionError


def settle(db: Connection, values: dict[str, object]) -> None:
    db.execute(orders.update().values(values))


@pytest.mark.parametrize(("copies", "accepted"), [(1, 5), (4, 5), (10, 2), (11, 1), (40, 1)])
async def test_open_orders_and_their_copies_are_limited(
    database: Database, book: Book, copies: int, accepted: int
) -> None:
    assert await place_until_refused(database, book, copies) == accepted
    assert await database.read(find_available, book.isbn) == 400 - accepted * copies
    assert await place_until_refused(database, book, copies, HOME) == accepted


@pytest.mark.parametrize(
    ("values", "counts"),
    [
        ({"payment": PaymentState.CANCELLED, "cancel_reason": CancelReason.EXPIRED}, True),
        ({"payment": PaymentState.CANCELLED, "cancel_reason": CancelReason.TOO_MANY_FAILURES}, True),
        ({"payment": PaymentState.CANCELLED, "cancel_reason": CancelReason.AT_STRIPE}, True),
        ({"payment": PaymentState.CANCELLED, "cancel_reason": CancelReason.REPLACED}, True),
        ({"payment": PaymentState.CANCELLED, "cancel_reason": CancelReason.REFUSED}, False),
        ({"payment": PaymentState.PROCESSING}, False),
        ({"payment": PaymentState.PAID, "paid_at": NOW}, False),
        (
            {
                "payment": PaymentState.CANCELLED,
                "cancel_reason": CancelReason.EXPIRED,
                "placed_at": NOW - WINDOW,
            },
            False,
        ),
    ],
    ids=[
        "expired",
        "too_many_failures",
        "at_stripe",
        "replaced",
        "refused",
        "processing",
        "paid",
        "expired_long_ago",
    ],
)
async def test_abandoned_orders_count_for_a_while_and_others_do_not(
    database: Database, book: Book, values: dict[str, object], counts: bool
) -> None:
    assert await place_until_refused(database, book, 10) == 2
    await database.write(settle, values)
    assert await place_until_refused(database, book, 10) == (0 if counts else 2)


async def test_an_order_that_is_changed_counts_once(database: Database, book: Book) -> None:
    first = order_of(book, 15)
    await database.write(add_within_limit, first, LIMIT)
    for _ in range(3):
        await database.write(
            settle, {"payment": PaymentState.CANCELLED, "cancel_reason": CancelReason.REPLACED}
        )
        changed = replace(order_of(book, 15), reserved_from=first.placed_at)
        await database.write(add_within_limit, changed, LIMIT)
    with pytest.raises(TooManyUnpaid):
        await database.write(add_within_limit, order_of(book, 15), LIMIT)


async def test_an_order_of_another_book_does_not_renew_a_reservation(
    shopper: Shopper, database: Database
) -> None:
    many = await database.write(store_book, a_book("Emma", stock=150))
    other = await database.write(store_book, a_book("Persuasion"))
    await shopper.put_in_basket(many.isbn, 20)
    for item in ("", other.isbn, ""):
        assert (await shopper.place(item)).status_code == 303
    placed = await database.read(list_times)
    assert {reserved_from or placed_at for placed_at, reserved_from in placed} == {placed[0][0]}


def list_times(db: Connection) -> list[tuple[datetime, datetime | None]]:
    statement = select(orders.c.placed_at, orders.c.reserved_from).order_by(orders.c.placed_at)
    return [(row.placed_at, row.reserved_from) for row in db.execute(statement)]


async def test_copies_that_are_ordered_in_reserve_nothing(database: Database, book: Book) -> None:
    for _ in range(3):
        await database.write(add_within_limit, order_of(book, 20, to_order=20), LIMIT)


@pytest.mark.parametrize("copies", [1, 5])
async def test_orders_at_once_do_not_pass_the_limit_together(
    database: Database, database_url: str, copies: int
) -> None:
    """Two processes with many connections each; no two orders wait for the same book."""
    books = [await database.write(store_book, a_book(stock=9)) for _ in range(30)]
    other = open_database(database_url)
    results = await asyncio.gather(
        *(
            (database, other)[n % 2].write(add_within_limit, order_of(book, copies), LIMIT)
            for n, book in enumerate(books)
        ),
        return_exceptions=True,
    )
    await other.close()
    accepted = [result for result in results if isinstance(result, Order)]
    assert len(accepted) == min(LIMIT.max_orders, LIMIT.max_copies // copies)
    assert all(isinstance(result, Order | TooManyUnpaid) for result in results), results
    left = [await database.read(find_available, book.isbn) for book in books]
    assert sum(left) == 9 * len(books) - copies * len(accepted)


async def test_no_visitor_can_reserve_the_whole_shop(
    database: Database, database_url: str, simulator: Process
) -> None:
    """Three orders in a few seconds took 275 copies."""
    books = [await database.write(store_book, a_book(stock=20)) for _ in range(15)]
    settings = some_settings(DATABASE_URL=database_url, STRIPE_API_BASE=simulator.url, **DEFAULTS)
    async with create_app(settings).test_app() as running:
        statuses = []
        for n in range(3):
            visitor = Shopper(running.test_client())
            for book in books[5 * n : 5 * n + 5]:
                await visitor.put_in_basket(book.isbn, 18)
            answer = await visitor.place(name=f"Ada {n}")
            statuses.append(answer.status_code)
        page = await text_of(answer)
    assert statuses == [303, 429, 429]
    assert "We can’t reserve more books for you just now" in page
    assert "mailto:hello@example.com" in page
    assert 'value="Ada 2"' in page


async def test_a_school_may_order_many_copies_and_a_class_may_order_at_once(
    database: Database, database_url: str, simulator: Process
) -> None:
    book = await database.write(store_book, a_book(stock=100))
    settings = some_settings(DATABASE_URL=database_url, STRIPE_API_BASE=simulator.url, **DEFAULTS)
    async with create_app(settings).test_app() as running:
        for _ in range(2):
            teacher = Shopper(running.test_client())
            await teacher.put_in_basket(book.isbn, 20)
            assert (await teacher.place()).status_code == 303
        for _ in range(30):
            assert (await Shopper(running.test_client()).place(book.isbn)).status_code == 303


def test_the_window_is_about_twice_as_long_as_a_reservation() -> None:
    limit = unpaid_limit(
        some_settings(RESERVATION_MINUTES="30", MAX_UNPAID_ORDERS="3", MAX_UNPAID_COPIES="7")
    )
    assert limit == UnpaidLimit(3, 7, timedelta(hours=2))
