"""A refund, and the rules by which money and copies come back."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bookshop.money import Money, total
from bookshop.orders.order import Order, Payment

REASONS = ("duplicate", "fraudulent", "requested_by_customer")
ALL = None


class RefundStatus(StrEnum):
    """How far a refund is, forward only: asked → pending → succeeded → failed."""

    REQUESTED = "asked"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


ORDER_OF_STATUS = tuple(RefundStatus)


@dataclass(frozen=True, slots=True)
class Refund:
    """Money of an order that goes back; one that was made in Stripe's dashboard has Stripe's id as its own.

    `id` is also the key by which Stripe knows a repeated request. `refund_id` is Stripe's, empty until it has
    answered, and where it refused.
    """

    id: str
    order_id: str
    amount: Money
    reason: str
    requested_at: datetime
    status: RefundStatus = RefundStatus.REQUESTED
    refund_id: str = ""
    failure: str = ""

    @property
    def is_open(self) -> bool:
        """Whether more is to be heard of it soon."""
        return self.status in (RefundStatus.REQUESTED, RefundStatus.PENDING)


@dataclass(frozen=True, slots=True)
class RefundUpdate:
    """What Stripe says of a refund; `key` is our own id read back, empty where somebody else made it."""

    refund_id: str
    status: RefundStatus
    amount: Money
    key: str
    made_at: datetime
    reason: str = ""
    failure: str = ""


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """What is to go back: an amount, copies by ISBN (ALL of a line's, or so many), or everything left.

    With `restock`, the copies are on the shelf again.
    """

    amount: Money | None = None
    lines: tuple[tuple[str, int | None], ...] = ()
    reason: str = ""
    restock: bool = False


class NotRefundable(Exception):
    """The shop itself refuses; the words are for a bookseller."""


def merge_refund(refund: Refund, update: RefundUpdate) -> Refund:
    """The refund as it is or as the update tells it, whichever is further on; a refusal is least."""
    if refund.refund_id and refund.refund_id != update.refund_id:
        return refund
    told = replace(
        refund, refund_id=update.refund_id, amount=update.amount, status=update.status, failure=update.failure
    )
    return max(refund, told, key=progress)


def progress(refund: Refund) -> tuple[bool, int, str]:
    """How far a refund is, to be compared."""
    return bool(refund.refund_id), ORDER_OF_STATUS.index(refund.status), refund.failure


def refuse_refund(refund: Refund, code: str) -> Refund:
    """The refund after Stripe has refused it."""
    return (
        replace(refund, status=RefundStatus.FAILED, failure=code)
        if refund.status is RefundStatus.REQUESTED
        else refund
    )


def new_refund(order_id: str, update: RefundUpdate) -> Refund:
    """A refund that the shop hears of for the first time."""
    return Refund(
        id=update.refund_id,
        order_id=order_id,
        amount=update.amount,
        reason=update.reason,
        requested_at=update.made_at,
        status=update.status,
        refund_id=update.refund_id,
        failure=update.failure,
    )


def merge_refunds(order_id: str, refunds: Iterable[Refund], told: Iterable[RefundUpdate]) -> list[Refund]:
    """An order's refunds after all that Stripe lists of its payment."""
    merged = {refund.id: refund for refund in refunds}
    for update in told:
        ours = merged.get(update.key)
        known = update.key if ours and ours.refund_id in ("", update.refund_id) else update.refund_id
        merged[known] = (
            merge_refund(merged[known], update) if known in merged else new_refund(order_id, update)
        )
    return list(merged.values())


def refundable_amount(order: Order, refunds: Iterable[Refund]) -> Money:
    """What can still go back: all that was paid without what went or may be on its way."""
    gone = total([r.amount for r in refunds if r.status is not RefundStatus.FAILED], order.total.currency)
    return Money(order.total.minor - gone.minor, order.total.currency)


def amount_to_refund(order: Order, request: RefundRequest, left: Money) -> Money:
    """How much a request means; raises NotRefundable when that cannot go back."""
    check(order, request)
    wanted = request.amount or (price_of_copies(order, request) if request.lines else left)
    if left.minor <= 0:
        raise NotRefundable(f"Nothing is left to refund: all {order.total} went back or is on its way.")
    if not wanted:
        raise NotRefundable("These copies cost nothing.")
    if wanted.minor > left.minor:
        raise NotRefundable(f"{wanted} is more than the {left} that is left of {order.total}.")
    return wanted


def check(order: Order, request: RefundRequest) -> None:
    """Refuse what makes no sense whatever went back before."""
    if order.payment is not Payment.PAID or order.charge is None:
        raise NotRefundable("Only an order that is paid can be refunded.")
    if request.reason and request.reason not in REASONS:
        raise NotRefundable(f"A reason is one of {', '.join(REASONS)}.")
    if request.amount is None:
        return
    if request.lines:
        raise NotRefundable("Say an amount or lines, not both.")
    if request.restock:
        raise NotRefundable("Say with lines which copies are back: an amount alone does not tell.")
    if request.amount.minor <= 0 or request.amount.currency != order.total.currency:
        raise NotRefundable(f"{request.amount} is not an amount that can go back.")


def requested_copies(order: Order, request: RefundRequest) -> dict[str, int]:
    """The copies that a request names, by ISBN; raises NotRefundable for what was not bought."""
    ordered = order.quantities
    copies: Counter[str] = Counter()
    for isbn, quantity in request.lines:
        if isbn not in ordered:
            raise NotRefundable(f"{isbn} is not in this order.")
        copies[isbn] += ordered[isbn] if quantity is ALL else quantity
        if quantity is not ALL and quantity < 1:
            raise NotRefundable(f"{quantity} is not a number of copies.")
        if copies[isbn] > ordered[isbn]:
            raise NotRefundable(f"Only {ordered[isbn]} of {isbn} were ordered.")
    return dict(copies)


def price_of_copies(order: Order, request: RefundRequest) -> Money:
    """What the named copies cost."""
    prices = {line.isbn: line.price for line in order.lines}
    copies = requested_copies(order, request)
    return total([prices[isbn] * quantity for isbn, quantity in copies.items()], order.total.currency)


def copies_to_restock(
    order: Order, request: RefundRequest, amount: Money, returned: Mapping[str, int]
) -> dict[str, int]:
    """The copies that a refund puts back on the shelf, by ISBN, each of them once."""
    if not request.restock:
        return {}
    copies = requested_copies(order, request)
    if not copies:
        if amount != order.total:
            raise NotRefundable("Some of it went back before: say with lines which copies are back.")
        copies = order.quantities
    for isbn, quantity in copies.items():
        if quantity + returned.get(isbn, 0) > order.quantities[isbn]:
            raise NotRefundable(f"{isbn} is back on the shelf already: leave out restocking.")
    return copies


def is_repeat(
    order: Order, request: RefundRequest, asked: Refund, others: Iterable[Refund], copies: Mapping[str, int]
) -> bool:
    """Whether a request means a refund that is not answered yet; `copies` are what that one put back."""
    try:
        amount = amount_to_refund(order, request, refundable_amount(order, others))
        back = copies_to_restock(order, request, amount, {})
    except NotRefundable:
        return False
    return (amount, request.reason, back) == (asked.amount, asked.reason, dict(copies))
