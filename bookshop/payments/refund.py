"""The rule by which Stripe's updates change a refund."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bookshop.money import Money
from bookshop.orders.refund import Refund, RefundStatus

# a refund is a part of an order, and changes here
__all__ = ["Refund", "RefundStatus"]

STATUS_SEQUENCE = tuple(RefundStatus)


@dataclass(frozen=True, slots=True)
class RefundUpdate:
    """What Stripe reports of a refund; `key` is the shop's own id, empty for the dashboard's."""

    stripe_refund_id: str
    status: RefundStatus
    amount: Money
    key: str
    made_at: datetime
    reason: str = ""
    failure: str = ""


def merge_refunds(order_id: str, refunds: Iterable[Refund], updates: Iterable[RefundUpdate]) -> list[Refund]:
    """Return an order's refunds after all that Stripe lists of its charge."""
    merged = {refund.id: refund for refund in refunds}
    for update in updates:
        own = merged.get(update.key)
        key = (
            update.key
            if own and own.stripe_refund_id in ("", update.stripe_refund_id)
            else update.stripe_refund_id
        )
        merged[key] = merge_refund(merged[key], update) if key in merged else new_refund(order_id, update)
    return list(merged.values())


def merge_refund(refund: Refund, update: RefundUpdate) -> Refund:
    """Return the refund or its update, whichever has progressed further; a refusal is least."""
    if refund.stripe_refund_id and refund.stripe_refund_id != update.stripe_refund_id:
        return refund
    is_failed, was_refused = update.status is RefundStatus.FAILED, refund.status is RefundStatus.FAILED
    updated = replace(
        refund,
        stripe_refund_id=update.stripe_refund_id,
        amount=update.amount,
        status=update.status,
        failure=update.failure,
        needs_review=is_failed or (refund.needs_review and not was_refused),
    )
    return max(refund, updated, key=progress)


def progress(refund: Refund) -> tuple[bool, int, str]:
    """Return a key by which the states of a refund are compared."""
    return bool(refund.stripe_refund_id), STATUS_SEQUENCE.index(refund.status), refund.failure


def new_refund(order_id: str, update: RefundUpdate) -> Refund:
    """Return a refund that the shop did not request, and that a person must review."""
    return Refund(
        id=update.stripe_refund_id,
        order_id=order_id,
        amount=update.amount,
        reason=update.reason,
        requested_at=update.made_at,
        status=update.status,
        stripe_refund_id=update.stripe_refund_id,
        failure=update.failure,
        needs_review=True,
    )


def refuse_refund(refund: Refund, code: str) -> Refund:
    """Return the refund after Stripe has refused it, unless it is known to be made."""
    if refund.status is not RefundStatus.REQUESTED:
        return refund
    return replace(refund, status=RefundStatus.FAILED, failure=code, needs_review=True)
