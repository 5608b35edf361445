"""When the copies of an order are due."""

from datetime import datetime
from typing import NamedTuple

from bookshop.fulfilment.copies import CopyState, LineCopies
from bookshop.office.work.row import Row

WAITING_STATES = (CopyState.TO_ORDER, CopyState.IN_STOCK, CopyState.PACKED)


class Due(NamedTuple):
    """A day of sale before which copies wait, or the day for which they are promised."""

    at: datetime
    is_day_of_sale: bool
    is_late: bool = False


def find_due(row: Row, now: datetime) -> Due | None:
    """Return what an order waits for; None if all of it can leave the shop now."""
    waiting = [line for line in row.copies if line.count(*WAITING_STATES)]
    days = [day for line in waiting if (day := row.books[line.position].not_before) and day > now]
    if days:
        return Due(max(days), is_day_of_sale=True)
    promised = [day for line in waiting if line.count(CopyState.TO_ORDER) and (day := line.expected_at)]
    return Due(max(promised), is_day_of_sale=False, is_late=max(promised) < now) if promised else None


def is_whole(copies: tuple[LineCopies, ...]) -> bool:
    """Return whether no copy of an order is still to come."""
    return not any(line.count(CopyState.TO_ORDER) for line in copies)
