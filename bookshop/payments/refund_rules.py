"""A bookseller's request for a refund, and the rules that it keeps.

What goes back for copies that are cancelled is in `cancel_rules`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from bookshop.fulfilment.copies import GONE_STATES, OPEN_STATES, CopyState, LineCopies
from bookshop.fulfilment.moves import Move, moved_copies
from bookshop.fulfilment.rules import NotAllowed, Standing
from bookshop.fulfilment.take_back import is_put_on_shelf, take_back
from bookshop.money import Money, total
from bookshop.orders.order import Order, PaymentState

# https://docs.stripe.com/api/refunds/create#create_refund-reason
ALLOWED_REASONS = ("duplicate", "fraudulent", "requested_by_customer")
ALL_COPIES = None


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """What is to go back: an amount, copies by ISBN (some or ALL_COPIES), or all that is left.

    With `restock` its copies are taken back and are for sale again, first those that have left the shop;
    without it they stay where they are. By default only copies that have not left are taken back.
    `restock_lines` says so for single books.
    """

    amount: Money | None = None
    lines: tuple[tuple[str, int | None], ...] = ()
    reason: str = ""
    restock: bool | None = None
    restock_lines: Mapping[str, bool] = field(default_factory=dict)

    def restocks(self, isbn: str) -> bool | None:
        """Return whether copies of a book are taken back; None if their state decides."""
        return self.restock_lines.get(isbn, self.restock)


class NotRefundable(NotAllowed):
    """The shop refuses the refund; the message is for a bookseller."""


class RefundPlan(NamedTuple):
    """How much a request refunds, for which copies by ISBN, and which of them are taken back.

    Copies that are off the shelf go back there if their books are `restocked`.
    """

    amount: Money
    copies: Mapping[str, int]
    moves: tuple[Move, ...]
    restocked: frozenset[str]

    @property
    def for_sale(self) -> dict[str, int]:
        """The copies by ISBN that others can buy again."""
        return moved_copies(
            move
            for move in self.moves
            if move.start is CopyState.IN_STOCK or is_put_on_shelf(move, self.restocked)
        )


def plan_refund(standing: Standing, kept: Mapping[str, int], request: RefundRequest) -> RefundPlan:
    """Plan a refund; shoppers keep copies that were refunded before. Raises NotRefundable.

    Nothing is sent of an order of which all is refunded, so its copies that have not left are cancelled.
    """
    check_request(standing.order, request)
    paid = paid_copies(standing, kept)
    copies = requested_copies(standing.order, request, paid)
    left = refundable_amount(standing)
    amount = request.amount or (price_of_copies(standing.order, copies) if request.lines else left)
    check_amount(amount, left, standing.order)
    is_whole = amount == left
    if is_whole and not request.lines:
        copies = paid
    moves = tuple(
        move for line in standing.copies for move in plan_line(line, copies, request, is_whole=is_whole)
    )
    restocked = {line.isbn for line in standing.copies if request.restocks(line.isbn) is not False}
    return RefundPlan(amount, {isbn: n for isbn, n in copies.items() if n}, moves, frozenset(restocked))


def plan_line(
    line: LineCopies, copies: Mapping[str, int], request: RefundRequest, *, is_whole: bool
) -> Iterator[Move]:
    """Yield the moves of the copies of a line that are taken back."""
    quantity, restocks = copies.get(line.isbn, 0), request.restocks(line.isbn)
    if is_whole:
        yield from take_back(line, OPEN_STATES, line.count(*OPEN_STATES))
        yield from take_back(line, GONE_STATES if restocks else (), quantity)
    elif restocks:
        yield from take_back(line, (*GONE_STATES, *OPEN_STATES), quantity)
    elif restocks is None:
        yield from take_back(line, OPEN_STATES, quantity)


def refundable_amount(standing: Standing) -> Money:
    """Return what can still go back: what was paid without what went or may be on its way."""
    paid = standing.order.total
    return Money(paid.minor - standing.refunded.minor, paid.currency)


def paid_copies(standing: Standing, kept: Mapping[str, int]) -> dict[str, int]:
    """Return the copies by ISBN that the shopper has, or is to get, and that are not refunded."""
    held = {line.isbn: line.count(*OPEN_STATES, *GONE_STATES) for line in standing.copies}
    return {isbn: max(0, quantity - kept.get(isbn, 0)) for isbn, quantity in held.items()}


def check_amount(wanted: Money, left: Money, order: Order) -> None:
    """Refuse to refund more than is left, or nothing; raises NotRefundable."""
    if left.minor <= 0:
        raise NotRefundable(f"Nothing is left to refund: all {order.total} is refunded or pending.")
    if not wanted:
        raise NotRefundable("These copies cost nothing.")
    if wanted.minor > left.minor:
        raise NotRefundable(f"{wanted} is more than the {left} that can still be refunded.")


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
        raise NotRefundable("To restock, name the copies with lines instead of an amount.")
    if request.amount.minor <= 0 or request.amount.currency != order.total.currency:
        raise NotRefundable(f"{request.amount} is not a valid amount for this order.")


def price_of_copies(order: Order, copies: Mapping[str, int]) -> Money:
    """Return what these copies cost."""
    prices = {line.isbn: line.price for line in order.lines}
    return total([prices[isbn] * quantity for isbn, quantity in copies.items()], order.total.currency)


def requested_copies(order: Order, request: RefundRequest, paid: Mapping[str, int]) -> dict[str, int]:
    """Return the copies that a request names, by ISBN, each of them paid and not refunded yet.

    Raises NotRefundable.
    """
    copies: Counter[str] = Counter()
    for isbn, quantity in request.lines:
        if isbn not in order.quantities:
            raise NotRefundable(f"{isbn} is not in this order.")
        if quantity is not ALL_COPIES and quantity < 1:
            raise NotRefundable(f"{quantity} is not a valid number of copies.")
        copies[isbn] += paid.get(isbn, 0) if quantity is ALL_COPIES else quantity
        if copies[isbn] > order.quantities[isbn]:
            raise NotRefundable(f"Only {order.quantities[isbn]} of {isbn} were ordered.")
        if not 0 < copies[isbn] <= paid.get(isbn, 0):
            raise NotRefundable(
                f"Of {order.quantities[isbn]} copies of {isbn}, {paid.get(isbn, 0)} can still be refunded: "
                "the others were refunded or cancelled before."
            )
    return dict(copies)
