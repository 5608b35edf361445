"""A bookseller's request for a refund, and the rules that it keeps."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from bookshop.money import Money, total
from bookshop.orders.order import Order, PaymentState
from bookshop.payments.refund import Refund, RefundStatus, refundable_amount

# https://docs.stripe.com/api/refunds/create#create_refund-reason
ALLOWED_REASONS = ("duplicate", "fraudulent", "requested_by_customer")
ALL_COPIES = None


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """What is to go back: an amount, copies by ISBN (some or ALL_COPIES), or all that is left.

    With `restock`, the copies are on the shelf again.
    """

    amount: Money | None = None
    lines: tuple[tuple[str, int | None], ...] = ()
    reason: str = ""
    restock: bool = False


class NotRefundable(Exception):
    """The shop refuses the refund; the message is for a bookseller."""


def check_refund_amount(order: Order, request: RefundRequest, left: Money) -> Money:
    """Return how much a request refunds; raises NotRefundable."""
    check_request(order, request)
    wanted = request.amount or (price_of_copies(order, request) if request.lines else left)
    if left.minor <= 0:
        raise NotRefundable(f"Nothing is left to refund: all {order.total} is refunded or pending.")
    if not wanted:
        raise NotRefundable("These copies cost nothing.")
    if wanted.minor > left.minor:
        raise NotRefundable(f"{wanted} is more than the {left} that can still be refunded.")
    return wanted


def check_request(order: Order, request: RefundRequest) -> None:
    """Refuse what is wrong whatever went back before; raises NotRefundable."""
    if order.payment is not PaymentState.PAID or order.charge is None:
        raise NotRefundable("Only a paid order can be refunded.")
    if request.reason and request.reason not in ALLOWED_REASONS:
        raise NotRefundable(
            f"{request.reason!r} is not a valid reason. Use one of {', '.join(ALLOWED_REASONS)}."
        )
    if request.amount is None:
        return
    if request.lines:
        raise NotRefundable("Give an amount or lines, not both.")
    if request.restock:
        raise NotRefundable("To restock, name the returned copies with lines instead of an amount.")
    if request.amount.minor <= 0 or request.amount.currency != order.total.currency:
        raise NotRefundable(f"{request.amount} is not a valid amount for this order.")


def price_of_copies(order: Order, request: RefundRequest) -> Money:
    """Return what the named copies cost."""
    prices = {line.isbn: line.price for line in order.lines}
    copies = requested_copies(order, request)
    return total([prices[isbn] * quantity for isbn, quantity in copies.items()], order.total.currency)


def requested_copies(order: Order, request: RefundRequest) -> dict[str, int]:
    """Return the copies that a request names, by ISBN; raises NotRefundable."""
    ordered = order.quantities
    copies: Counter[str] = Counter()
    for isbn, quantity in request.lines:
        if isbn not in ordered:
            raise NotRefundable(f"{isbn} is not in this order.")
        copies[isbn] += ordered[isbn] if quantity is ALL_COPIES else quantity
        if quantity is not ALL_COPIES and quantity < 1:
            raise NotRefundable(f"{quantity} is not a valid number of copies.")
        if copies[isbn] > ordered[isbn]:
            raise NotRefundable(f"Only {ordered[isbn]} of {isbn} were ordered.")
    return dict(copies)


def copies_to_restock(
    order: Order, request: RefundRequest, amount: Money, returned: Mapping[str, int]
) -> dict[str, int]:
    """Return the copies that a refund puts back on the shelf, by ISBN, each of them once."""
    if not request.restock:
        return {}
    copies = requested_copies(order, request)
    if not copies:
        if amount != order.total:
            raise NotRefundable(
                "A part was refunded before. To restock, name the returned copies with lines."
            )
        copies = order.quantities
    for isbn, quantity in copies.items():
        if quantity + returned.get(isbn, 0) > order.quantities[isbn]:
            raise NotRefundable(
                f"The copies of {isbn} have been restocked already. Refund without restocking."
            )
    return copies


class RefundPlan(NamedTuple):
    """How much a request refunds, and the copies by ISBN that it restocks."""

    amount: Money
    copies: Mapping[str, int]


def plan_refund(
    order: Order, request: RefundRequest, refunds: list[Refund], returned: Mapping[str, Mapping[str, int]]
) -> RefundPlan:
    """Plan a refund; `returned` are copies by refund and ISBN. Raises NotRefundable."""
    amount = check_refund_amount(order, request, refundable_amount(order, refunds))
    all_returned: Counter[str] = Counter()
    for copies in returned.values():
        all_returned.update(copies)
    return RefundPlan(amount, copies_to_restock(order, request, amount, all_returned))


def find_repeated(
    order: Order, request: RefundRequest, refunds: list[Refund], returned: Mapping[str, Mapping[str, int]]
) -> Refund | None:
    """Return the unanswered refund that a request means."""
    for refund in refunds:
        others = [each for each in refunds if each != refund]
        if refund.status is RefundStatus.REQUESTED and is_repeat(
            order, request, refund, others, returned.get(refund.id, {})
        ):
            return refund
    return None


def is_repeat(
    order: Order,
    request: RefundRequest,
    unanswered: Refund,
    others: Iterable[Refund],
    restocked: Mapping[str, int],
) -> bool:
    """Return whether a request means an unanswered refund, which has restocked these copies."""
    try:
        amount = check_refund_amount(order, request, refundable_amount(order, others))
        copies = copies_to_restock(order, request, amount, {})
    except NotRefundable:
        return False
    return (amount, request.reason, copies) == (unanswered.amount, unanswered.reason, dict(restocked))
