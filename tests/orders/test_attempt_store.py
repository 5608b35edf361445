"""An order has one attempt to pay that is not closed, whatever comes at the same time."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from bookshop.database import Database
from bookshop.orders.attempt_store import (
    MAX_PAGE_READS,
    PAGE_READS_WINDOW,
    add_attempt,
    begin_next_attempt,
    claim_page_read,
    find_return_address,
    hash_secret,
    set_attempt,
    set_payment_ids,
)
from bookshop.orders.order import Order, PaymentState
from bookshop.orders.payment_attempt import (
    FIRST_ATTEMPT,
    HOSTED_PAGE_TIME,
    AttemptState,
    PaymentAttempt,
    PaymentMethod,
)
from bookshop.orders.payment_store import set_payment
from bookshop.orders.store import add_order, find_order
from bookshop.schema import payment_attempts
from tests.builders import A_CHARGE, a_book, an_order, store_book

NOW = datetime(2026, 11, 23, 6, 20, 30, 123456, tzinfo=UTC)
CARD = replace(FIRST_ATTEMPT, intent_id="pi_1", secret_hash=hash_secret("pi_1_secret"))
SESSION = PaymentAttempt(2, PaymentMethod.HOSTED, session_id="cs_1", expires_at=NOW + HOSTED_PAGE_TIME)


async def placed(database: Database, attempt: PaymentAttempt = FIRST_ATTEMPT, **changed: Any) -> Order:
    def place(db: Connection) -> Order:
        order = an_order(store_book(db, a_book()), **changed)
        order = replace(order, attempt=attempt)
        add_order(db, order)
        return order

    return await database.write(place)


async def find_attempt(database: Database, order: Order) -> PaymentAttempt:
    found = await database.read(find_order, order.token)
    assert found
    return found.attempt


def list_states(db: Connection, order: Order) -> list[str]:
    """Return the states of an order's attempts, the oldest first."""
    of_order = payment_attempts.c.order_id == order.id
    states = select(payment_attempts.c.state).where(of_order).order_by(payment_attempts.c.version)
    return list(db.execute(states).scalars())


@pytest.mark.parametrize("attempt", [FIRST_ATTEMPT, CARD, SESSION])
async def test_an_order_is_read_with_its_attempt(database: Database, attempt: PaymentAttempt) -> None:
    assert await find_attempt(database, await placed(database, attempt)) == attempt


async def test_the_database_refuses_a_second_open_attempt(database: Database) -> None:
    order = await placed(database, CARD)
    for state in (AttemptState.CURRENT, AttemptState.SUPERSEDED):
        with pytest.raises(IntegrityError):
            await database.write(add_attempt, order.id, replace(SESSION, state=state))
    await database.write(add_attempt, order.id, replace(SESSION, state=AttemptState.CLOSED))
    assert await find_attempt(database, order) == CARD


async def test_the_first_payment_that_is_stored_is_kept(database: Database) -> None:
    order = await placed(database)
    for _ in range(2):
        assert await database.write(set_payment_ids, order.id, CARD, "requires_payment_method")
    assert not await database.write(
        set_payment_ids, order.id, replace(CARD, intent_id="pi_2"), "requires_payment_method"
    )
    assert not await database.write(
        set_payment_ids, order.id, replace(SESSION, version=1), "requires_payment_method"
    )
    assert await find_attempt(database, order) == CARD


async def test_a_session_that_is_stored_again_keeps_the_intent_that_was_learned(database: Database) -> None:
    order = await placed(database, replace(SESSION, session_id=""))
    assert await database.write(set_payment_ids, order.id, SESSION, "requires_payment_method")
    learned = replace(SESSION, intent_id="pi_9")
    await database.write(set_attempt, order.id, learned)
    assert await database.write(set_payment_ids, order.id, SESSION, "requires_payment_method")
    assert not await database.write(
        set_payment_ids, order.id, replace(SESSION, session_id="cs_2"), "requires_payment_method"
    )
    assert await find_attempt(database, order) == learned


@pytest.mark.parametrize(
    "changed",
    [
        {"payment": PaymentState.PROCESSING},
        {"payment": PaymentState.CANCELLED},
        {"payment": PaymentState.PAID, "charge": A_CHARGE, "paid_at": NOW},
    ],
    ids=lambda changed: changed["payment"],
)
async def test_an_order_that_is_not_open_takes_no_payment(
    database: Database, changed: dict[str, Any]
) -> None:
    order = await placed(database)
    await database.write(set_payment, replace(order, **changed))
    assert not await database.write(set_payment_ids, order.id, CARD, "requires_payment_method")
    assert await find_attempt(database, order) == FIRST_ATTEMPT


async def test_neither_a_superseded_nor_an_earlier_attempt_takes_a_payment(database: Database) -> None:
    order = await placed(database, replace(FIRST_ATTEMPT, state=AttemptState.SUPERSEDED))
    assert not await database.write(set_payment_ids, order.id, CARD, "requires_payment_method")
    await database.write(begin_next_attempt, order.id, order.attempt, PaymentMethod.CARD_FORM, NOW)
    assert not await database.write(set_payment_ids, order.id, CARD, "requires_payment_method")
    assert await database.write(
        set_payment_ids, order.id, replace(CARD, version=2), "requires_payment_method"
    )


async def test_the_next_attempt_closes_the_one_before(database: Database) -> None:
    order = await placed(database, CARD)
    begun = await database.write(begin_next_attempt, order.id, CARD, PaymentMethod.HOSTED, NOW)
    assert begun == PaymentAttempt(2, PaymentMethod.HOSTED, expires_at=NOW + HOSTED_PAGE_TIME)
    assert await find_attempt(database, order) == begun
    last = await database.write(begin_next_attempt, order.id, begun, PaymentMethod.CARD_FORM, NOW)
    assert (last.version, last.method, last.expires_at) == (3, PaymentMethod.CARD_FORM, None)
    assert await database.read(list_states, order) == ["closed", "closed", "current"]


async def test_one_of_many_callers_at_once_begins_the_next_attempt(database: Database) -> None:
    order = await placed(database, CARD)
    begin = (database.write(begin_next_attempt, order.id, CARD, PaymentMethod.HOSTED, NOW) for _ in range(6))
    begun = await asyncio.gather(*begin, return_exceptions=True)
    assert sum(isinstance(one, PaymentAttempt) for one in begun) == 1
    assert await database.read(list_states, order) == ["closed", "current"]


async def test_a_return_address_is_found_by_the_intent_alone(database: Database) -> None:
    order = await placed(database, CARD)
    await placed(database)
    assert await database.read(find_return_address, "pi_1") == (order.token, CARD.secret_hash)
    for intent_id in ("", "pi_2"):
        assert await database.read(find_return_address, intent_id) is None


@pytest.mark.parametrize(
    "jump", [PAGE_READS_WINDOW, -PAGE_READS_WINDOW - timedelta(seconds=1), -timedelta(days=3)], ids=str
)
async def test_a_page_is_read_a_few_times_in_each_window_whatever_the_clock_does(
    database: Database, jump: timedelta
) -> None:
    order = await placed(database, CARD)
    for now in (NOW, NOW + jump):
        claims = [
            await database.write(claim_page_read, order.id, CARD, now) for _ in range(MAX_PAGE_READS + 2)
        ]
        assert claims == [True] * MAX_PAGE_READS + [False] * 2


async def test_requests_that_overtake_one_another_begin_no_window(database: Database) -> None:
    order = await placed(database, CARD)
    moments = [NOW - timedelta(milliseconds=number % 7) for number in range(20)]
    claims = [await database.write(claim_page_read, order.id, CARD, now) for now in moments]
    assert claims.count(True) == MAX_PAGE_READS


def test_a_secret_is_stored_as_a_hash_and_none_as_nothing() -> None:
    assert len(hash_secret("pi_1_secret")) == 64
    assert hash_secret("pi_1_secret") != hash_secret("pi_1_secreT")
    assert hash_secret("") == ""


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize(
    "write",
    [
        lambda db, order: set_payment_ids(db, order.id, CARD, "requires_payment_method"),
        lambda db, order: set_attempt(db, order.id, replace(order.attempt, state=AttemptState.SUPERSEDED)),
        lambda db, order: begin_next_attempt(db, order.id, order.attempt, PaymentMethod.HOSTED, NOW),
    ],
    ids=["set_payment_ids", "set_attempt", "begin_next_attempt"],
)
async def test_a_write_changes_the_attempt_of_one_order_only(
    database: Database, write: Callable[[Connection, Order], object], is_first: bool
) -> None:
    orders = [await placed(database) for _ in range(2)]
    target, other = orders if is_first else reversed(orders)
    await database.write(write, target)
    assert await find_attempt(database, other) == other.attempt
    assert await find_attempt(database, target) != target.attempt
