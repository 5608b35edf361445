"""Refunds and disputes are compared with Stripe's lists, one by one and both ways."""

from datetime import UTC, datetime

import pytest

from bookshop.orders.audit.violation import Violation
from bookshop.payments.charge_history import NOTHING, ChargeHistory
from bookshop.payments.compare_histories import PaidCharge, compare_histories
from tests.builders import sgd

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
