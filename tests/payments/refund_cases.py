"""A paid order, and how it stands, for tests of the rules of refunds and cancellations."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from bookshop.fulfilment.copies import CopyState, LineCopies
from bookshop.fulfilment.moves import Move, apply_moves
from bookshop.fulfilment.rules import Standing
from bookshop.orders.order import Order, PaymentState
from tests.builders import A_CHARGE, a_book, an_order, sgd

NOW = datetime(2026, 11, 24, 6, 20, tzinfo=UTC)
BOOKS = (a_book("Emma", price=1200), a_book("Persuasion", price=900))
EMMA, PERSUASION = (book.isbn for book in BOOKS)


def a_paid_order() -> Order:
    """Two copies of Emma and one of Persuasion, sent for 5.00: 38.00."""
    order = an_order(*BOOKS, payment=PaymentState.PAID, charge=A_CHARGE, paid_at=NOW)
    emma, persuasion = order.lines
    return replace(
        order, lines=(replace(emma, quantity=2), persuasion), delivery_fee=sgd(500), total=sgd(3800)
    )


ORDER = a_paid_order()


def standing(emma: str = "in_stock in_stock", persuasion: str = "in_stock", refunded: int = 0) -> Standing:
    """How the order stands, with the state of each copy, and what has been refunded."""
    lines = zip((EMMA, PERSUASION), (emma.split(), persuasion.split()), strict=True)
    copies = tuple(
        LineCopies(position, isbn, {CopyState(state): states.count(state) for state in states})
        for position, (isbn, states) in enumerate(lines)
    )
    return Standing(ORDER, 0, copies, sgd(refunded))


def states_after(before: Standing, moves: Iterable[Move]) -> tuple[str, str]:
    """The state of each copy of both lines after these moves."""
    after = apply_moves(before.copies, moves)
    emma, persuasion = (" ".join(s for s in CopyState for _ in range(line.count(s))) for line in after)
    return emma, persuasion
