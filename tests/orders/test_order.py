"""An order adds up, and knows what makes it the same order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bookshop.orders.order import Delivery, Order, OrderLine, PaymentState
from bookshop.orders.payment_attempt import FIRST_ATTEMPT
from bookshop.orders.payment_update import merge
from bookshop.trade.availability import AvailabilityKind
from tests.builders import AN_ADDRESS, a_book, an_order, payment_update, sgd

NOW = datetime(2026, 11, 23, 6, 20, tzinfo=UTC)


ORDER = an_order(a_book(), intent_id="pi_1")


@pytest.mark.parametrize("payment", PaymentState)
def test_an_order_is_final_when_paid_or_cancelled(payment: PaymentState) -> None:
    settled = payment in (PaymentState.PAID, PaymentState.CANCELLED)
    assert replace(ORDER, payment=payment).is_final is settled


def test_an_order_adds_up() -> None:
    lines = (
        OrderLine("9780306406157", "Seven Shelves", "A. Reader", 2, sgd(1000)),
        OrderLine("9780804429573", "Sea Roads", "B. Writer", 1, sgd(550)),
    )
    order = an_order(lines=lines, delivery_fee=sgd(400), total=sgd(2950))
    assert order.subtotal == sgd(2550) == lines[0].amount + lines[1].amount
    assert order.count == 3
    assert order.quantities == {"9780306406157": 2, "9780804429573": 1}


def test_the_same_choices_are_the_same_contents_whatever_became_of_them() -> None:
    again = replace(ORDER, id="another", token="another", placed_at=NOW, attempt=FIRST_ATTEMPT, number=7)
    assert merge(ORDER, payment_update(ORDER), NOW).as_placed == again.as_placed == ORDER.as_placed


@pytest.mark.parametrize(
    "other",
    [
        replace(ORDER, email="other@example.com"),
        replace(ORDER, name="B Reader"),
        replace(ORDER, delivery=Delivery.DELIVER),
        replace(ORDER, address=AN_ADDRESS),
        replace(ORDER, delivery_fee=sgd(1)),
        replace(ORDER, lines=(replace(ORDER.lines[0], quantity=2),)),
        replace(ORDER, lines=(replace(ORDER.lines[0], price=sgd(1)),)),
    ],
)
def test_another_choice_makes_other_contents(other: Order) -> None:
    assert other.as_placed != ORDER.as_placed


def test_an_order_knows_its_copies_on_the_shelf_and_the_awaited_ones() -> None:
    day = NOW + timedelta(days=9)
    shelf = OrderLine("9780306406157", "Seven Shelves", "A. Reader", 2, sgd(1000))
    mixed = replace(shelf, isbn="9780804429573", kind=AvailabilityKind.ORDER, quantity=3, to_order=2)
    preorder = replace(
        shelf, isbn="9780141439600", kind=AvailabilityKind.PREORDER, to_order=2, not_before=day
    )
    order = an_order(lines=(shelf, mixed, preorder))
    assert order.from_shelf == {shelf.isbn: 2, mixed.isbn: 1}
    assert order.pending_lines == (mixed, preorder)
    assert order.not_before == day
    later = replace(preorder, not_before=day + timedelta(days=1))
    assert replace(order, lines=(shelf, preorder, later)).not_before == later.not_before
    assert replace(order, lines=(shelf,)).not_before is None


def test_copies_on_the_shelf_are_chance_and_no_part_of_the_contents() -> None:
    line = replace(ORDER.lines[0], to_order=1)
    assert replace(ORDER, lines=(line,)).as_placed == ORDER.as_placed
