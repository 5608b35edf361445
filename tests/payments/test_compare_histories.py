"""Refunds and disputes are compared with Stripe's lists, one by one and both ways."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.orders.audit.violation import Violation
from bookshop.orders.order import PaymentState
from bookshop.orders.store import add_order
from bookshop.payments.charge_history import NOTHING, ChargeHistory
from bookshop.payments.compare_histories import PaidCharge, compare_histories, list_paid_charges
from bookshop.payments.refund import Refund, RefundStatus
from bookshop.payments.refund_store import add_refund
from tests.builders import A_CHARGE, a_book, an_order, sgd, store_book

NOW = datetime(2026, 11, 23, 6, 20, tzinfo=UTC)
REFUNDED = ChargeHistory({"re_1": sgd(100)}, "", "")


@pytest.mark.parametrize(
    ("theirs", "ours", "expected"),
    [
        (NOTHING, NOTHING, None),
        (REFUNDED, REFUNDED, None),
        (REFUNDED, NOTHING, ("stripe_refunds", "S$1.00 by re_1", "none")),
        (NOTHING, REFUNDED, ("stripe_refunds", "none", "S$1.00 by re_1")),
        (
            REFUNDED,
            ChargeHistory({"re_1": sgd(90)}, "", ""),
            ("stripe_refunds", "S$1.00 by re_1", "S$0.90 by re_1"),
        ),
        (ChargeHistory({}, "lost", ""), NOTHING, ("stripe_dispute", "lost", "none")),
        (NOTHING, ChargeHistory({}, "lost", ""), ("stripe_dispute", "none", "lost")),
        (ChargeHistory({}, "won", ""), ChargeHistory({}, "lost", ""), ("stripe_dispute", "won", "lost")),
        (ChargeHistory({}, "", "misc"), NOTHING, ("stripe_warning", "misc", "none")),
        (NOTHING, ChargeHistory({}, "", "misc"), ("stripe_warning", "none", "misc")),
    ],
)
def test_what_followed_a_payment_is_compared_both_ways(
    theirs: ChargeHistory, ours: ChargeHistory, expected: tuple[str, str, str] | None
) -> None:
    violations = []
    if expected:
        rule, theirs_text, ours_text = expected
        violations = [Violation(rule, "order", theirs_text, ours_text)]
    assert compare_histories([PaidCharge("order", "ch_1", ours)], {"ch_1": theirs}) == violations


async def test_a_refund_that_failed_or_was_never_made_is_no_part_of_the_history(database: Database) -> None:
    def store(db: Connection) -> str:
        order = an_order(store_book(db, a_book()))
        paid = replace(order, payment=PaymentState.PAID, charge=A_CHARGE, paid_at=NOW)
        add_order(db, paid)
        for id_, status, at_stripe in (
            ("r1", RefundStatus.SUCCEEDED, "re_1"),
            ("r2", RefundStatus.FAILED, "re_2"),
            ("r3", RefundStatus.REQUESTED, ""),
        ):
            add_refund(db, Refund(id_, paid.id, sgd(100), "", NOW, status, at_stripe))
        return paid.id

    order_id = await database.write(store)
    assert await database.read(list_paid_charges) == [PaidCharge(order_id, A_CHARGE.id, REFUNDED)]
