"""An order is read as it was written."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bookshop.addresses.address import Address
from bookshop.database import Database, open_database
from bookshop.money import Money
from bookshop.orders.order import Delivery, Order, OrderLine
from bookshop.orders.store import add_order, find_order, lock_order
from tests.builders import AN_ADDRESS, a_book, an_order, sgd, store_book

NOW = datetime(2026, 11, 23, 6, 20, 30, 123456, tzinfo=UTC)


MIN_REFRESH_INTERVAL = timedelta(seconds=2)


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)


moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def place(db: Connection, order: Order) -> Order:
    """Store an order and the books it needs."""
    for line in order.lines:
        store_book(db, a_book(isbn=line.isbn))
    add_order(db, order)
    return order


async def placed(database: Database, **changed: Any) -> Order:
    return await database.write(place, an_order(a_book(), **changed))


@pytest.fixture
async def other(database_url: str) -> AsyncIterator[Database]:
    """The same database, opened a second time as by another process."""
    other = open_database(database_url)
    yield other
    await other.close()


async def test_an_order_is_read_as_it_was_written(database: Database) -> None:
    order = an_order(
        a_book("Second by number", isbn="9780804429573"),
        a_book("First by number", isbn="9780306406157"),
        delivery=Delivery.DELIVER,
        address=AN_ADDRESS,
        delivery_fee=sgd(400),
    )
    await database.write(place, order)
    assert await database.read(find_order, order.token) == order
    assert await database.write(lock_order, order.id) == order


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.tuples(*[texts] * 9),
    placed_at=moments,
    price=st.integers(0, 2**31 - 1),
    quantity=st.integers(1, 99),
    currency=st.sampled_from(["SGD", "JPY", "EUR"]),
    is_delivered=st.booleans(),
)
async def test_whatever_a_shopper_typed_is_kept(
    database: Database,
    texts: tuple[str, ...],
    placed_at: datetime,
    price: int,
    quantity: int,
    currency: str,
    is_delivered: bool,
) -> None:
    email, name, street, city, postcode, title, byline, intent, failure = texts
    price_each = Money(price, currency)
    order = an_order(
        email=email,
        name=name,
        delivery=Delivery.DELIVER if is_delivered else Delivery.COLLECT,
        address=Address(street, city, postcode, "SG", unit=city, region=street) if is_delivered else None,
        lines=(OrderLine(a_book().isbn, title, byline, quantity, price_each),),
        delivery_fee=price_each,
        total=price_each,
        placed_at=placed_at,
        intent_id=intent,
        failure=failure,
    )
    await database.write(place, order)
    assert await database.read(find_order, order.token) == order


@pytest.mark.parametrize("name", ["id", "token"])
async def test_no_two_orders_are_known_by_the_same(database: Database, name: str) -> None:
    order = await placed(database)
    twin = replace(order, **{"id": "another", "token": "another", name: getattr(order, name)})
    with pytest.raises(IntegrityError):
        await database.write(add_order, twin)
    assert await database.read(find_order, order.token) == order


async def test_an_order_and_its_lines_are_written_together(database: Database) -> None:
    order = an_order(a_book())
    with pytest.raises(IntegrityError):
        await database.write(add_order, order)  # its book is not in the catalogue
    assert await database.read(find_order, order.token) is None


async def test_what_leads_to_no_order_is_none(database: Database) -> None:
    await placed(database)
    for wanted in ("", "no order", "%", "x" * 5000):
        assert await database.read(find_order, wanted) is None


async def test_an_order_that_does_not_exist_cannot_be_locked(database: Database) -> None:
    with pytest.raises(LookupError, match="no order"):
        await database.write(lock_order, "no order")
