"""What an order's receipt shows."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from bookshop.orders.order import NEEDS_REVIEW as REVIEW
from bookshop.orders.order import CancelReason, Order, PaymentState
from bookshop.orders.order_state import DisputeStage, dispute_stage
from bookshop.orders.progress import NO_PROGRESS, Progress, ShopMessage
from bookshop.orders.refund import Refund, sum_refunds

# a parcel has arrived by then, or the shopper has written to the shop
MAX_TRAVEL = timedelta(days=30)


class ReceiptState(StrEnum):
    """What a receipt shows: the payment until it is made, then what has become of the order."""

    WAITING = "waiting"
    ACTION = "action"
    FAILED = "failed"
    UNPAID = "unpaid"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    NEEDS_REVIEW = REVIEW

    PAID = "paid"
    PARTLY_CANCELLED = "partly_cancelled"
    AWAITING = "awaiting"
    DELAYED = "delayed"
    PACKED = "packed"
    PARTLY_SHIPPED = "partly_shipped"
    SHIPPED = "shipped"
    SENT = "sent"
    READY = "ready"
    COLLECTED = "collected"
    RETURNED = "returned"
    PARTLY_REFUNDED = "partly_refunded"
    REFUNDED = "refunded"
    CANCELLED_BY_US = "cancelled_by_us"
    CANCELLED_AS_ASKED = "cancelled_as_asked"
    DISPUTED = "disputed"
    DISPUTE_LOST = "dispute_lost"


def receipt_state(
    order: Order,
    progress: Progress = NO_PROGRESS,
    refunds: Sequence[Refund] = (),
    *,
    now: datetime,
    is_fresh: bool,
    shown: str = "",
) -> ReceiptState:
    """Return what to show of an order; an open one that is not fresh is shown as waiting.

    `shown` is the state that a page which asks again shows: a step that is required stays there until it is
    known to be done.
    """
    if order.payment is PaymentState.PAID:
        return _paid_state(order, progress, refunds, now)
    if order.review_reason:
        return ReceiptState.NEEDS_REVIEW
    if order.payment is PaymentState.CANCELLED:
        is_expired = order.cancel_reason is CancelReason.EXPIRED
        return ReceiptState.EXPIRED if is_expired else ReceiptState.CANCELLED
    if order.payment is PaymentState.PROCESSING:
        return ReceiptState.WAITING
    if order.required_action and (is_fresh or shown == ReceiptState.ACTION):
        return ReceiptState.ACTION
    if not is_fresh:
        return ReceiptState.WAITING
    return ReceiptState.FAILED if order.failure else ReceiptState.UNPAID


def _paid_state(order: Order, progress: Progress, refunds: Sequence[Refund], now: datetime) -> ReceiptState:
    """Money that came back matters more than the copies; of these, those that are still to come."""
    if progress.cancelled and progress.count("cancelled") == order.count:
        return ReceiptState.CANCELLED_AS_ASKED if progress.is_as_asked else ReceiptState.CANCELLED_BY_US
    refunded = sum_refunds(refunds, order.total.currency)
    if refunded >= order.total:
        return ReceiptState.REFUNDED
    if stage := dispute_stage(order.dispute):
        return ReceiptState.DISPUTE_LOST if stage is DisputeStage.LOST else ReceiptState.DISPUTED
    if not progress.lines:
        return ReceiptState.PAID
    if progress.open:
        return _open_state(progress, order, now)
    if refunded and _is_last(refunds, progress):
        return ReceiptState.PARTLY_REFUNDED
    return _finished_state(progress, now)


def _is_last(refunds: Sequence[Refund], progress: Progress) -> bool:
    """Return whether money went back after the last copies left the shop."""
    left_at = progress.handed_over_at
    return left_at is None or max(refund.requested_at for refund in refunds) > left_at


def _open_state(progress: Progress, order: Order, now: datetime) -> ReceiptState:
    if progress.count("ready"):
        return ReceiptState.READY
    if progress.count("shipped"):
        return ReceiptState.PARTLY_SHIPPED
    # copies of orders that were paid before the shop kept such records count as packed
    if progress.packed_at and progress.count("packed"):
        return ReceiptState.PACKED
    if (
        progress.cancelled
        and progress.count("cancelled")
        and not _is_delayed_since(progress, progress.cancelled)
    ):
        return ReceiptState.PARTLY_CANCELLED
    if progress.count("to_order") or _is_before_its_day(progress, order, now):
        return ReceiptState.DELAYED if progress.delayed else ReceiptState.AWAITING
    return ReceiptState.PAID


def _is_delayed_since(progress: Progress, cancelled: ShopMessage) -> bool:
    return progress.delayed is not None and progress.delayed.at > cancelled.at


def _is_before_its_day(progress: Progress, order: Order, now: datetime) -> bool:
    """Return whether copies are here that may not leave the shop yet."""
    return any(
        copies.in_stock and line.not_before and line.not_before > now
        for copies, line in zip(progress.lines, order.lines, strict=True)
    )


def _finished_state(progress: Progress, now: datetime) -> ReceiptState:
    if progress.count("collected"):
        return ReceiptState.COLLECTED
    if not progress.count("shipped"):
        return ReceiptState.RETURNED if progress.count("returned") else ReceiptState.CANCELLED_BY_US
    is_travelling = progress.shipped_at is None or now - progress.shipped_at < MAX_TRAVEL
    return ReceiptState.SHIPPED if is_travelling else ReceiptState.SENT
