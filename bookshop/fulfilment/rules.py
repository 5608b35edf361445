"""Which copies of an order an action may move; each refusal is a sentence for a bookseller."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bookshop.fulfilment.copies import CopyState, LineCopies, count_copies
from bookshop.fulfilment.moves import Move
from bookshop.money import Money
from bookshop.orders.order import Delivery, Order, PaymentState
from bookshop.orders.order_state import DisputeStage, dispute_stage

# copies of an order: ISBN to how many, or None for all that can be moved
Chosen = Mapping[str, int | None]


class NotAllowed(Exception):
    """The shop refuses an action; the message is for a bookseller."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An order that an action is about: where its copies are, and what has been refunded of it."""

    order: Order
    version: int
    copies: tuple[LineCopies, ...]
    refunded: Money


@dataclass(frozen=True, slots=True)
class Handling:
    """A kind of move to the state `end`; copies that have come furthest in `starts` move first.

    Copies that leave the shop, or that the shopper is told to fetch, wait for the day of sale.
    """

    verb: str
    end: CopyState
    starts: tuple[CopyState, ...]
    delivery: Delivery | None = None
    waits_for_day: bool = True


PACKING = Handling("packed", CopyState.PACKED, (CopyState.IN_STOCK,), waits_for_day=False)
SHIPPING = Handling("shipped", CopyState.SHIPPED, (CopyState.PACKED, CopyState.IN_STOCK), Delivery.DELIVER)
MAKING_READY = Handling(
    "ready to collect", CopyState.READY, (CopyState.PACKED, CopyState.IN_STOCK), Delivery.COLLECT
)
COLLECTING = Handling(
    "collected",
    CopyState.COLLECTED,
    (CopyState.READY, CopyState.PACKED, CopyState.IN_STOCK),
    Delivery.COLLECT,
)


def plan_moves(
    standing: Standing, handling: Handling, chosen: Chosen | None, now: datetime
) -> tuple[Move, ...]:
    """Return the moves of the chosen copies; raises NotAllowed.

    By default all copies move that have come furthest: a parcel holds what was packed for it, or, if nothing
    was, what is in stock.
    """
    check_may_leave(standing)
    check_delivery(standing.order, handling)
    if chosen is not None:
        return plan_chosen(standing, handling, chosen, now)
    lines = [line for line in standing.copies if not waits(standing.order, handling, line.isbn, now)]
    for start in handling.starts:
        if moves := [Move(line.isbn, start, handling.end, n) for line in lines if (n := line.count(start))]:
            return tuple(moves)
    check_days(
        standing, handling, {line.isbn for line in standing.copies if line.count(*handling.starts)}, now
    )
    raise NotAllowed(f"No copy can be {handling.verb} now: {describe_copies(standing.copies)}.")


def plan_chosen(standing: Standing, handling: Handling, chosen: Chosen, now: datetime) -> tuple[Move, ...]:
    """Return the moves of copies that a bookseller has named; raises NotAllowed."""
    lines = {line.isbn: line for line in standing.copies}
    if not chosen:
        raise NotAllowed(f"Choose the copies that are {handling.verb}.")
    for isbn in chosen:
        if isbn not in lines:
            raise NotAllowed(f"{isbn} is not in this order.")
    check_days(standing, handling, chosen, now)
    return tuple(
        move for isbn, quantity in chosen.items() for move in plan_line(lines[isbn], handling, quantity)
    )


def plan_line(line: LineCopies, handling: Handling, quantity: int | None) -> Iterable[Move]:
    """Return the moves of so many copies of a book, first of those that have come furthest."""
    possible = line.count(*handling.starts)
    left = possible if quantity is None else quantity
    if left < 1 and quantity is not None:
        raise NotAllowed(f"{quantity} is not a valid number of copies.")
    if not 0 < left <= possible:
        number = f"Only {possible} of {line.isbn}" if possible else f"No copy of {line.isbn}"
        raise NotAllowed(f"{number} can be {handling.verb} now: {describe_copies([line])}.")
    for start in handling.starts:
        if taken := min(left, line.count(start)):
            yield Move(line.isbn, start, handling.end, taken)
            left -= taken


def check_may_leave(standing: Standing) -> None:
    """Refuse an order that is not paid, or whose money has gone back; raises NotAllowed."""
    order = standing.order
    if order.review_reason:
        raise NotAllowed(
            "The payment of this order needs review. Check it at Stripe before anything leaves the shop."
        )
    if order.payment is PaymentState.CANCELLED:
        raise NotAllowed("This order was cancelled without a payment.")
    if order.payment is not PaymentState.PAID:
        raise NotAllowed("This order has not been paid yet.")
    if standing.refunded >= order.total:
        raise NotAllowed(
            f"All {order.total} of this order is refunded or on its way back. Nothing leaves the shop."
        )
    if dispute_stage(order.dispute) is DisputeStage.LOST:
        raise NotAllowed("The shopper's bank took the payment of this order back. Nothing leaves the shop.")


def check_delivery(order: Order, handling: Handling) -> None:
    """Refuse to ship what is collected, and the other way round; raises NotAllowed."""
    if handling.delivery in (None, order.delivery):
        return
    if order.delivery is Delivery.COLLECT:
        raise NotAllowed("The shopper collects this order in the shop. It cannot be shipped.")
    raise NotAllowed("This order is delivered to the shopper. Ship it instead.")


def check_days(standing: Standing, handling: Handling, isbns: Iterable[str], now: datetime) -> None:
    """Refuse copies that may not leave the shop before a later day; raises NotAllowed."""
    for line in standing.order.lines:
        if line.isbn in isbns and line.not_before and waits(standing.order, handling, line.isbn, now):
            raise NotAllowed(f"“{line.title}” may not leave the shop yet: its day of sale has not come.")


def waits(order: Order, handling: Handling, isbn: str, now: datetime) -> bool:
    """Return whether it must wait for the day of sale of this book."""
    days = [line.not_before for line in order.lines if line.isbn == isbn and line.not_before]
    return handling.waits_for_day and any(day > now for day in days)


def describe_copies(copies: Iterable[LineCopies]) -> str:
    """Describe where copies are: "1 to order, 2 shipped"."""
    copies = tuple(copies)
    counts = {state: count_copies(copies, state) for state in CopyState}
    return ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in counts.items() if count)
