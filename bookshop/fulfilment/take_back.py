"""Which copies are taken back: cancelled before they leave the shop, or returned after."""

from collections.abc import Collection, Iterable, Iterator

from bookshop.fulfilment.copies import GONE_STATES, OFF_THE_SHELF, CopyState, LineCopies
from bookshop.fulfilment.moves import Move


def take_back(line: LineCopies, starts: Iterable[CopyState], quantity: int) -> Iterator[Move]:
    """Yield the moves of at most so many copies of a line, first of those in the first state."""
    for start in starts:
        if taken := min(quantity, line.count(start)):
            end = CopyState.RETURNED if start in GONE_STATES else CopyState.CANCELLED
            yield Move(line.isbn, start, end, taken)
            quantity -= taken


def is_put_on_shelf(move: Move, restocked: Collection[str]) -> bool:
    """Return whether copies taken back go to the shelf again: those of the books `restocked`."""
    return move.start in OFF_THE_SHELF and move.isbn in restocked
