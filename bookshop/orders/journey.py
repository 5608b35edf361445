"""The steps of an order that its receipt lists."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from bookshop.orders.order import Order
from bookshop.orders.progress import Progress
from bookshop.orders.receipt import ReceiptState
from bookshop.orders.refund import Refund, RefundStatus

# https://docs.stripe.com/refunds: a refund to a card shows after five to ten days
MAX_TIME_AT_BANK = timedelta(days=10)
# states in which nothing more is handed over
ENDED = frozenset(
    {
        ReceiptState.RETURNED,
        ReceiptState.PARTLY_REFUNDED,
        ReceiptState.REFUNDED,
        ReceiptState.CANCELLED_BY_US,
        ReceiptState.CANCELLED_AS_ASKED,
        ReceiptState.DISPUTED,
        ReceiptState.DISPUTE_LOST,
    }
)


class StepKind(StrEnum):
    """What is done in a step."""

    PLACED = "placed"
    PAYMENT = "payment"
    PAID = "paid"
    BOOKS_IN = "books_in"
    PACKED = "packed"
    SHIPPED = "shipped"
    READY = "ready"
    COLLECTED = "collected"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"
    AT_BANK = "at_bank"
    DISPUTED = "disputed"
    DISPUTE_LOST = "dispute_lost"


class JourneyStep(NamedTuple):
    """A step, and when it was done or is expected."""

    kind: StepKind
    is_done: bool = False
    at: datetime | None = None


def list_steps(
    order: Order, state: ReceiptState, progress: Progress, refunds: Sequence[Refund], now: datetime
) -> tuple[JourneyStep, ...]:
    """Return the steps of an order: those that are done, the one to do now, and those after it."""
    placed = JourneyStep(StepKind.PLACED, True, order.placed_at)
    if order.paid_at is None:
        return (placed, JourneyStep(StepKind.PAYMENT), *_steps_of_copies(order, state, progress))
    paid = (placed, JourneyStep(StepKind.PAID, True, order.paid_at))
    money = _steps_of_refunds(refunds)
    if state not in ENDED:
        return (*paid, *money, *_steps_of_copies(order, state, progress))
    return (*paid, *_steps_of_end(order, progress), *money, *_steps_at_bank(state, money, now))


def _steps_of_copies(order: Order, state: ReceiptState, progress: Progress) -> Iterable[JourneyStep]:
    is_over = bool(progress.lines) and not progress.open
    if state in (ReceiptState.AWAITING, ReceiptState.DELAYED):
        yield JourneyStep(StepKind.BOOKS_IN, False, progress.expected_at)
    is_packed = bool(progress.packed_at) and not progress.count("to_order", "in_stock")
    yield _step(StepKind.PACKED, is_packed or is_over, progress.packed_at)
    if order.address:
        yield _step(StepKind.SHIPPED, is_over, progress.shipped_at)
        return
    is_ready = is_packed and bool(progress.ready_at) and not progress.count("packed")
    yield _step(StepKind.READY, is_ready or is_over, progress.ready_at)
    if is_ready or is_over:
        yield _step(StepKind.COLLECTED, is_over, progress.collected_at)


def _step(kind: StepKind, is_done: bool, at: datetime | None) -> JourneyStep:
    return JourneyStep(kind, is_done, at if is_done else None)


def _steps_of_end(order: Order, progress: Progress) -> Iterable[JourneyStep]:
    if progress.handed_over_at:
        kind = StepKind.SHIPPED if order.address else StepKind.COLLECTED
        yield JourneyStep(kind, True, progress.handed_over_at)
    if progress.count("returned"):
        yield JourneyStep(StepKind.RETURNED, True)
    if progress.cancelled:
        yield JourneyStep(StepKind.CANCELLED, True, progress.cancelled.at)


def _steps_of_refunds(refunds: Sequence[Refund]) -> tuple[JourneyStep, ...]:
    sent = [refund for refund in refunds if refund.status is not RefundStatus.FAILED]
    if not sent:
        return ()
    is_sent = not any(refund.is_open for refund in sent)
    return (JourneyStep(StepKind.REFUNDED, is_sent, max(refund.requested_at for refund in sent)),)


def _steps_at_bank(
    state: ReceiptState, refunds: Sequence[JourneyStep], now: datetime
) -> Iterable[JourneyStep]:
    for refund in refunds:
        if refund.is_done and refund.at and (shown_at := refund.at + MAX_TIME_AT_BANK) > now:
            yield JourneyStep(StepKind.AT_BANK, False, shown_at)
    if state is ReceiptState.DISPUTED:
        yield JourneyStep(StepKind.DISPUTED)
    if state is ReceiptState.DISPUTE_LOST:
        yield JourneyStep(StepKind.DISPUTE_LOST, True)
