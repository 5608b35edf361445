"""Which copies of a paid order a bookseller may cancel, and how much goes back for them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from bookshop.fulfilment.copies import GONE_STATES, OPEN_STATES, CopyState, LineCopies
from bookshop.fulfilment.moves import Move, apply_moves, moved_copies
from bookshop.fulfilment.rules import Chosen, NotAllowed, Standing, describe_copies
from bookshop.fulfilment.take_back import take_back
from bookshop.money import Money
from bookshop.orders.order import Order
from bookshop.orders.order_state import DisputeStage, dispute_stage

# while a bank only asks about a payment, it can be refunded
INQUIRY = "warning_"


@dataclass(frozen=True, slots=True)
class Cancellation:
    """The copies to cancel, and our words to the shopper.

    By default all copies that have not left the shop are cancelled. With `restock`, packed copies go back
    to the shelf.
    """

    copies: Chosen | None = None
    message: str = ""
    restock: bool = True


class CancelPlan(NamedTuple):
    """The copies that are cancelled, what goes back, and whether nothing of the order is sent."""

    moves: tuple[Move, ...]
    amount: Money
    is_whole: bool

    @property
    def copies(self) -> dict[str, int]:
        """The cancelled copies by ISBN."""
        return moved_copies(self.moves)


def plan_cancellation(standing: Standing, kept: Mapping[str, int], chosen: Chosen | None) -> CancelPlan:
    """Plan to cancel copies; shoppers keep copies that were refunded before. Raises NotAllowed.

    All money goes back that was paid and is not for what the shopper has or still gets.
    """
    moves = tuple(choose_moves(standing, chosen))
    if not moves:
        raise NotAllowed(f"No copy can be cancelled now: {describe_copies(standing.copies)}.")
    copies = apply_moves(standing.copies, moves)
    order = standing.order
    kept_minor = price_to_keep(order, copies, kept)
    amount = Money(max(0, order.total.minor - standing.refunded.minor - kept_minor), order.total.currency)
    if dispute_stage(order.dispute) is DisputeStage.LOST:
        # the shopper's bank has paid all of it back
        amount = Money(0, order.total.currency)
    check_dispute(order, amount)
    return CancelPlan(moves, amount, not is_any_sent(copies))


def price_to_keep(order: Order, copies: tuple[LineCopies, ...], kept: Mapping[str, int]) -> int:
    """Return what the shop keeps of an order: the price of what the shopper has or still gets.

    The delivery is a part of it, unless no copy has been sent or still will be.
    """
    prices = {line.isbn: line.price.minor for line in order.lines}
    books = sum(
        prices[line.isbn] * max(0, line.count(*OPEN_STATES, *GONE_STATES) - kept.get(line.isbn, 0))
        for line in copies
    )
    return books + (order.delivery_fee.minor if is_any_sent(copies) else 0)


def is_any_sent(copies: tuple[LineCopies, ...]) -> bool:
    """Return whether a copy has been sent or collected, or still will be."""
    sent = [state for state in CopyState if state is not CopyState.CANCELLED]
    return any(line.count(*sent) for line in copies)


def choose_moves(standing: Standing, chosen: Chosen | None) -> Iterator[Move]:
    """Yield the moves of the chosen copies, or of all that have not left; raises NotAllowed."""
    lines = {line.isbn: line for line in standing.copies}
    if chosen is None:
        chosen = dict.fromkeys(isbn for isbn, line in lines.items() if line.count(*OPEN_STATES))
    for isbn, quantity in chosen.items():
        if isbn not in lines:
            raise NotAllowed(f"{isbn} is not in this order.")
        yield from choose_line(lines[isbn], quantity)


def choose_line(line: LineCopies, quantity: int | None) -> Iterator[Move]:
    """Yield the moves of so many copies of a line, first of those furthest from the shopper."""
    possible = line.count(*OPEN_STATES)
    if quantity is not None and quantity < 1:
        raise NotAllowed(f"{quantity} is not a valid number of copies.")
    if not possible or (quantity or 0) > possible:
        number = f"Only {possible} of {line.isbn}" if possible else f"No copy of {line.isbn}"
        raise NotAllowed(f"{number} can be cancelled: {describe_copies([line])}.")
    yield from take_back(line, OPEN_STATES, possible if quantity is None else quantity)


def check_dispute(order: Order, amount: Money) -> None:
    """Promise no refund that Stripe would refuse for a dispute; raises NotAllowed."""
    is_open = dispute_stage(order.dispute) is DisputeStage.OPEN
    if amount and is_open and not order.dispute.startswith(INQUIRY):
        raise NotAllowed(
            "The shopper’s bank is deciding a dispute about this payment, and nothing can be refunded "
            "until then. Accept the dispute at Stripe instead: the bank then pays the shopper back."
        )
