"""Read Stripe's refunds and disputes as the shop's own."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime

import stripe

from bookshop.money import Money
from bookshop.payments.charge_history import ChargeHistory
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


def dispute_status(disputes: Sequence[stripe.Dispute]) -> str:
    """Return the status of the newest open dispute, else of the newest (the first in the list)."""
    statuses = [dispute.status for dispute in disputes]
    newest = statuses[0] if statuses else ""
    return next((status for status in statuses if status not in CLOSED_DISPUTES), newest)


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
    return {
        charge: ChargeHistory(
            refunds_of[charge], dispute_status(disputes_of[charge]), warning_of.get(charge, "")
        )
        for charge in {*refunds_of, *disputes_of, *warning_of}
    }
