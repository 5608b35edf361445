"""The copies of an order as spines on a board."""

from collections.abc import Iterable

from bookshop.fulfilment.copies import CopyState, LineCopies, count_copies

MAX_SPINES = 12
# those furthest ahead stand first; cancelled copies stand nowhere
LOOKS = {
    CopyState.COLLECTED: "sent",
    CopyState.SHIPPED: "sent",
    CopyState.READY: "sent",
    CopyState.PACKED: "packed",
    CopyState.IN_STOCK: "",
    CopyState.TO_ORDER: "away",
}


def spines(copies: Iterable[LineCopies]) -> list[str]:
    """Return how each copy looks, of the first dozen."""
    copies = tuple(copies)
    return [look for state, look in LOOKS.items() for _ in range(count_copies(copies, state))][:MAX_SPINES]
