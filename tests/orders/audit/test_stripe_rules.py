"""The shop's orders are compared with Stripe's list of payments, both ways."""

from dataclasses import replace

import pytest

from bookshop.money import Money
from bookshop.orders.audit.stripe_rules import StoredPayment, compare_payments, find_lost_orders
from bookshop.orders.audit.violation import Violation
from bookshop.orders.order import PaymentState
from bookshop.orders.payment_update import PaymentUpdate
from tests.builders import sgd


def known(payment: PaymentState) -> StoredPayment:
    return StoredPayment("order", sgd(2300), payment)


def listed(status: str = "succeeded", received: Money | None = None, order: str = "order") -> PaymentUpdate:
    return PaymentUpdate("pi_1", status, sgd(2300), received or sgd(2300), order)


@pytest.mark.parametrize(
    ("payment", "payments", "expected"),
    [
        (PaymentState.PAID, [listed()], None),
        (PaymentState.PAID, [listed(), listed("canceled", sgd(0)), listed(order="another")], None),
        (PaymentState.OPEN, [], None),
        (PaymentState.OPEN, [listed("requires_payment_method", sgd(0)), listed("processing", sgd(0))], None),
        (PaymentState.CANCELLED, [listed("canceled", sgd(0)), listed(order="")], None),
        (PaymentState.PAID, [], ("one payment of S$23.00", "none")),
        (PaymentState.PAID, [listed("processing", sgd(0))], ("one payment of S$23.00", "none")),
        (PaymentState.PAID, [listed(order="another")], ("one payment of S$23.00", "none")),
        (PaymentState.PAID, [listed(received=sgd(2299))], ("one payment of S$23.00", "S$22.99 by pi_1")),
        (
            PaymentState.PAID,
            [listed(received=Money(2300, "EUR"))],
            ("one payment of S$23.00", "€23.00 by pi_1"),
        ),
        (
            PaymentState.PAID,
            [listed(), listed()],
            ("one payment of S$23.00", "S$23.00 by pi_1, S$23.00 by pi_1"),
        ),
        (PaymentState.OPEN, [listed()], ("paid: S$23.00 by pi_1", "open")),
        (PaymentState.PROCESSING, [listed()], ("paid: S$23.00 by pi_1", "processing")),
        (PaymentState.CANCELLED, [listed()], ("paid: S$23.00 by pi_1", "cancelled")),
    ],
)
def test_orders_are_compared_with_stripes_list_both_ways(
    payment: PaymentState, payments: list[PaymentUpdate], expected: tuple[str, str] | None
) -> None:
    violations = [Violation("stripe", "order", *expected)] if expected else []
    assert compare_payments([known(payment)], payments) == violations


@pytest.mark.parametrize(
    ("status", "shop_id", "order", "is_lost"),
    [
        ("succeeded", "ours", "lost", True),
        ("processing", "ours", "lost", True),
        ("requires_payment_method", "ours", "lost", False),
        ("canceled", "ours", "lost", False),
        ("succeeded", "another", "lost", False),
        ("succeeded", "", "lost", False),
        ("succeeded", "ours", "order", False),
    ],
)
def test_money_of_this_shop_alone_belongs_to_a_lost_order(
    status: str, shop_id: str, order: str, is_lost: bool
) -> None:
    payment = replace(listed(status, order=order), shop_id=shop_id)
    found = find_lost_orders({"order"}, [payment], "ours")
    assert [violation.subject for violation in found] == (["lost"] if is_lost else [])
