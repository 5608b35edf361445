"""An order adds up, and knows what makes it the same order."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bookshop.orders.order import Delivery, Order, OrderLine, Payment
from bookshop.orders.payment_update import merge
from tests.builders import AN_ADDRESS, a_book, an_order, payment_update, sgd

NOW = datetime(2026, 11, 23, 6, 20, tzinfo=UTC)


ORDER = an_order(a_book(), intent_id="pi_1")


@pytest.mark.parametrize("payment", Payment)
def test_an_order_is_final_when_paid_or_cancelled(payment: Payment) -> None:
    settled = payment in (Payment.PAID, Payment.CANCELLED)
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
    again = replace(ORDER, id="another", token="another", placed_at=NOW, intent_id="", number=7)
    assert merge(ORDER, payment_update(ORDER), NOW).contents == again.contents == ORDER.contents


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
    assert other.contents != ORDER.contents
