"""Read Stripe's refunds and disputes as the shop's own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import stripe

from bookshop.money import Money
from bookshop.payments.charge_history import ChangeKind, ChargeChange, Concern, choose_dispute
from bookshop.payments.refund import RefundStatus, RefundUpdate
from bookshop.payments.stripe_api.objects import read_id_of

# others, such as "requires_action", are still pending
REFUND_STATUSES = {
    "succeeded": RefundStatus.SUCCEEDED,
    "failed": RefundStatus.FAILED,
    "canceled": RefundStatus.FAILED,
}


def read_refund(refund: stripe.Refund) -> RefundUpdate:
    """Read a refund."""
    return RefundUpdate(
        stripe_refund_id=refund.id,
        status=REFUND_STATUSES.get(refund.status or "", RefundStatus.PENDING),
        amount=Money(refund.amount, refund.currency.upper()),
        key=str(getattr(refund.metadata, "refund", "")),
        made_at=datetime.fromtimestamp(refund.created, UTC),
        reason=refund.reason or "",
        failure=_refund_failure(refund),
    )


def _refund_failure(refund: stripe.Refund) -> str:
    reason = str(getattr(refund, "failure_reason", "") or "")
    return reason or ("canceled" if refund.status == "canceled" else "")


def read_dispute(disputes: Sequence[stripe.Dispute]) -> Concern | None:
    """Read the newest open dispute, else the newest (the first in the list)."""
    return choose_dispute([to_concern(dispute) for dispute in disputes])


def to_concern(dispute: stripe.Dispute) -> Concern:
    # empty when nothing can be answered
    due_by = dispute.evidence_details.due_by
    return Concern(dispute.id, dispute.status, datetime.fromtimestamp(due_by, UTC) if due_by else None)


def read_refund_change(refund: stripe.Refund) -> ChargeChange | None:
    """Read a refund of a list; None if it failed."""
    read = read_refund(refund)
    if read.status is RefundStatus.FAILED:
        return None
    return ChargeChange(read_id_of(refund, "charge"), ChangeKind.REFUND, refund.id, amount=read.amount)


def read_dispute_change(dispute: stripe.Dispute) -> ChargeChange:
    """Read a dispute of a list."""
    return ChargeChange(read_id_of(dispute, "charge"), ChangeKind.DISPUTE, dispute.id, dispute.status)


def read_warning_change(warning: stripe.radar.EarlyFraudWarning) -> ChargeChange:
    """Read a fraud warning of a list."""
    return ChargeChange(read_id_of(warning, "charge"), ChangeKind.WARNING, warning.id, warning.fraud_type)
