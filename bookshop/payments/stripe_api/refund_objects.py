"""Read Stripe's refunds and disputes as the shop's own."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime

import stripe

from bookshop.money import Money
from bookshop.payments.charge_history import ChargeHistory, Concern
from bookshop.payments.refund import RefundStatus, RefundUpdate
from bookshop.payments.stripe_api.objects import read_id_of

# others, such as "requires_action", are still pending
REFUND_STATUSES = {
    "succeeded": RefundStatus.SUCCEEDED,
    "failed": RefundStatus.FAILED,
    "canceled": RefundStatus.FAILED,
}
# disputes that are closed
CLOSED_DISPUTES = ("won", "lost", "warning_closed", "prevented")


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
    is_open = [dispute for dispute in disputes if dispute.status not in CLOSED_DISPUTES]
    return next((to_concern(dispute) for dispute in (*is_open, *disputes)), None)


def to_concern(dispute: stripe.Dispute) -> Concern:
    # empty when nothing can be answered
    due_by = dispute.evidence_details.due_by
    return Concern(dispute.id, dispute.status, datetime.fromtimestamp(due_by, UTC) if due_by else None)


def read_histories(
    refunds: Sequence[stripe.Refund],
    disputes: Sequence[stripe.Dispute],
    warnings: Sequence[stripe.radar.EarlyFraudWarning],
) -> dict[str, ChargeHistory]:
    """Gather what happened to each charge, from lists that begin with the newest."""
    refunds_of: defaultdict[str, dict[str, Money]] = defaultdict(dict)
    disputes_of: defaultdict[str, list[stripe.Dispute]] = defaultdict(list)
    for refund in refunds:
        if read_refund(refund).status is not RefundStatus.FAILED:
            refunds_of[read_id_of(refund, "charge")][refund.id] = read_refund(refund).amount
    for dispute in disputes:
        disputes_of[read_id_of(dispute, "charge")].append(dispute)
    # the newest one counts, so it is written last
    warning_of = {read_id_of(warning, "charge"): warning.fraud_type for warning in reversed(warnings)}
    found = {charge: read_dispute(each) for charge, each in disputes_of.items()}
    status_of = {charge: concern.kind for charge, concern in found.items() if concern}
    return {
        charge: ChargeHistory(refunds_of[charge], status_of.get(charge, ""), warning_of.get(charge, ""))
        for charge in {*refunds_of, *status_of, *warning_of}
    }
