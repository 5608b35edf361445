"""Stripe's refunds and disputes are read as the shop's own."""

from datetime import UTC, datetime
from typing import Any

import pytest
import stripe

from bookshop.payments.charge_history import ChangeKind, ChargeChange, Concern
from bookshop.payments.refund import RefundStatus, RefundUpdate
from bookshop.payments.stripe_api.refund_objects import (
    read_dispute,
    read_dispute_change,
    read_refund,
    read_refund_change,
    read_warning_change,
)
from tests.builders import sgd

REFUND: dict[str, Any] = {
    "id": "re_1",
    "object": "refund",
    "status": "succeeded",
    "currency": "sgd",
    "amount": 400,
    "metadata": {"refund": "order-1"},
    "created": 1_790_000_000,
    "reason": "duplicate",
}


def a_refund(**changed: Any) -> RefundUpdate:
    return read_refund(stripe.Refund.construct_from({**REFUND, **changed}, "key"))


def test_a_refund_is_read() -> None:
    made_at = datetime.fromtimestamp(1_790_000_000, UTC)
    assert a_refund() == RefundUpdate(
        "re_1", RefundStatus.SUCCEEDED, sgd(400), "order-1", made_at, "duplicate", ""
    )
    bare = a_refund(metadata={}, reason=None)
    assert (bare.key, bare.reason) == ("", "")


@pytest.mark.parametrize(
    ("status", "reason", "expected", "failure"),
    [
        ("pending", None, RefundStatus.PENDING, ""),
        ("requires_action", None, RefundStatus.PENDING, ""),
        (None, None, RefundStatus.PENDING, ""),
        ("failed", "expired_or_canceled_card", RefundStatus.FAILED, "expired_or_canceled_card"),
        ("canceled", None, RefundStatus.FAILED, "canceled"),
        ("canceled", "merchant_request", RefundStatus.FAILED, "merchant_request"),
    ],
)
def test_a_refund_has_a_status_and_a_reason_for_failing(
    status: str | None, reason: str | None, expected: RefundStatus, failure: str
) -> None:
    refund = a_refund(status=status, failure_reason=reason)
    assert (refund.status, refund.failure) == (expected, failure)


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        ([], ""),
        (["won"], "won"),
        (["lost", "won"], "lost"),
        (["won", "needs_response"], "needs_response"),
        (["under_review", "needs_response"], "under_review"),
        (["warning_closed", "prevented"], "warning_closed"),
        (["prevented"], "prevented"),
    ],
)
def test_an_open_dispute_matters_more_than_a_newer_closed_one(statuses: list[str], status: str) -> None:
    disputes = [a_dispute(each) for each in statuses]
    assert read_dispute(disputes) == (Concern(f"dp_{status}", status) if status else None)


def test_a_dispute_says_by_when_it_is_to_be_answered() -> None:
    found = read_dispute([a_dispute("needs_response", due_by=1_790_000_000)])
    assert found
    assert found.due_at == datetime.fromtimestamp(1_790_000_000, UTC)


def a_dispute(status: str, *, due_by: int | None = None, **changed: str) -> stripe.Dispute:
    values = {"id": f"dp_{status}", "status": status, "evidence_details": {"due_by": due_by}, **changed}
    return stripe.Dispute.construct_from(values, "key")


def test_what_happened_to_a_charge_is_read_from_stripes_lists() -> None:
    changes = {
        status: read_refund_change(
            stripe.Refund.construct_from({**REFUND, "charge": "ch_1", "status": status}, "key")
        )
        for status in ("succeeded", "pending", "failed", "canceled")
    }
    refund = ChargeChange("ch_1", ChangeKind.REFUND, REFUND["id"], amount=sgd(400))
    assert changes == {"succeeded": refund, "pending": refund, "failed": None, "canceled": None}
    dispute = a_dispute("lost", charge="ch_2")
    assert read_dispute_change(dispute) == ChargeChange("ch_2", ChangeKind.DISPUTE, "dp_lost", "lost")
    warning = stripe.radar.EarlyFraudWarning.construct_from(
        {"id": "w", "charge": "ch_3", "fraud_type": "misc"}, "key"
    )
    assert read_warning_change(warning) == ChargeChange("ch_3", ChangeKind.WARNING, "w", "misc")
