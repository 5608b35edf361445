"""How long an unpaid order reserves its books: a time to begin, and a time to pay."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.orders.order import Order
from bookshop.orders.payment_attempt import PaymentAttempt
from bookshop.orders.reservation import TIME_TO_BEGIN, reservation_end
from tests.builders import an_order

PLACED = datetime(2026, 11, 28, 6, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LONGEST = 30 * MINUTE
minutes = st.integers(0, 300).map(lambda n: n * MINUTE)


def order_of(**changed: Any) -> Order:
    return an_order(placed_at=PLACED, **changed)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, 10),
        ({"payment_began_at": PLACED + MINUTE}, 30),
        ({"payment_began_at": PLACED + 9 * MINUTE}, 30),
        # it replaces an order, and has its own time to begin
        ({"reserved_from": PLACED - 5 * MINUTE}, 10),
        ({"reserved_from": PLACED - 25 * MINUTE}, 10),
        ({"reserved_from": PLACED - 5 * MINUTE, "payment_began_at": PLACED}, 25),
        ({"reserved_from": PLACED - 25 * MINUTE, "payment_began_at": PLACED}, 10),
        # all orders of a chain together
        ({"reserved_from": PLACED - 35 * MINUTE}, 5),
        # an attempt after one that the shopper has begun
        ({"attempt": PaymentAttempt(2)}, 30),
        # a hosted page that is open for longer, and one that is not
        ({"attempt": PaymentAttempt(expires_at=PLACED + 31 * MINUTE)}, 31),
        ({"attempt": PaymentAttempt(expires_at=PLACED + 9 * MINUTE)}, 10),
    ],
    ids=str,
)
def test_a_reservation_ends(changed: dict[str, object], expected: int) -> None:
    assert reservation_end(order_of(**changed), LONGEST) == PLACED + expected * MINUTE


def test_a_shop_may_reserve_for_a_shorter_time() -> None:
    assert reservation_end(order_of(), 3 * MINUTE) == PLACED + 3 * MINUTE
    assert reservation_end(order_of(payment_began_at=PLACED), 3 * MINUTE) == PLACED + 3 * MINUTE


@given(
    st.lists(st.tuples(minutes, st.booleans()), max_size=30), st.integers(1, 1440).map(lambda n: n * MINUTE)
)
def test_a_chain_of_changed_orders_is_never_reserved_for_ever(
    changes: list[tuple[timedelta, bool]], longest: timedelta
) -> None:
    order = order_of()
    for later, began in changes:
        order = replace(order, payment_began_at=order.placed_at if began else None)
        if order.placed_at + later >= reservation_end(order, longest):
            break
        order = replace(
            order,
            reserved_from=order.reserved_from or order.placed_at,
            placed_at=order.placed_at + later,
            payment_began_at=None,
        )
    assert reservation_end(order, longest) <= PLACED + longest + TIME_TO_BEGIN
