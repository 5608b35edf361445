"""Where the copies of a paid order are, and which steps each state allows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bookshop.orders.order import Order, OrderLine


class CopyState(StrEnum):
    """Where a copy is: to_order → in_stock → packed → shipped, or packed → ready → collected.

    Cancelled copies never left the shop; returned ones came back.
    """

    TO_ORDER = "to_order"
    IN_STOCK = "in_stock"
    PACKED = "packed"
    READY = "ready"
    SHIPPED = "shipped"
    COLLECTED = "collected"
    CANCELLED = "cancelled"
    RETURNED = "returned"


# while it has copies in one of these, there is something to do for an order
OPEN_STATES = (CopyState.TO_ORDER, CopyState.IN_STOCK, CopyState.PACKED, CopyState.READY)
# these have left the shop
GONE_STATES = (CopyState.SHIPPED, CopyState.COLLECTED)
# these are not counted in stock
OFF_THE_SHELF = (CopyState.PACKED, CopyState.READY, *GONE_STATES)


@dataclass(frozen=True, slots=True)
class LineCopies:
    """How many copies of a line are in each state.

    `expected_at` is when copies that must be waited for are promised.
    """

    position: int
    isbn: str
    counts: Mapping[CopyState, int]
    expected_at: datetime | None = None

    def count(self, *states: CopyState) -> int:
        """Return how many copies are in one of these states."""
        # a loop: lists of orders ask for it hundreds of times
        found = 0
        for state in states:
            found += self.counts.get(state, 0)
        return found


def first_copies(order: Order, paid_at: datetime) -> tuple[LineCopies, ...]:
    """Return where the copies of an order are when it is paid."""
    return tuple(
        LineCopies(
            position,
            line.isbn,
            {CopyState.TO_ORDER: line.to_order, CopyState.IN_STOCK: line.quantity - line.to_order},
            promised_at(line, paid_at),
        )
        for position, line in enumerate(order.lines)
    )


def promised_at(line: OrderLine, paid_at: datetime) -> datetime | None:
    """Return when the copies that must be waited for are promised; None if none must."""
    if line.not_before and line.not_before > paid_at:
        return line.not_before
    return paid_at + timedelta(days=line.days) if line.to_order and line.days is not None else None


def count_copies(copies: Iterable[LineCopies], *states: CopyState) -> int:
    """Return how many copies of an order are in one of these states."""
    return sum(line.count(*states) for line in copies)


def copies_to_come(copies: Iterable[LineCopies], now: datetime) -> list[tuple[str, int, str]]:
    """Return the copies that are neither sent nor ready, for the details of a mail.

    Each is an ISBN, how many there are, and when they are expected, empty if it is not known or was before.
    """
    return [
        (line.isbn, left, line.expected_at.isoformat() if line.expected_at and line.expected_at > now else "")
        for line in copies
        if (left := line.count(CopyState.TO_ORDER, CopyState.IN_STOCK, CopyState.PACKED))
    ]
