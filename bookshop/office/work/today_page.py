"""What the first page of the office shows."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bookshop.office.work.list_page import Listing, capped, load_page
from bookshop.office.work.list_store import count_lists
from bookshop.office.work.order_list import LISTS, ListName, Question

TICKETS = (ListName.TO_PACK, ListName.TO_ORDER, ListName.WAITING, ListName.READY, ListName.REVIEW)


@dataclass(frozen=True, slots=True)
class Ticket:
    """A list with its count, and the reason to look at it."""

    name: str
    address: str
    count: str
    reason: str
    is_current: bool
    is_bad: bool


@dataclass(frozen=True, slots=True)
class Today:
    """What is to be done, and the orders to pack."""

    counts: dict[ListName, int]
    listing: Listing

    @property
    def to_pack(self) -> str:
        count = self.counts[ListName.TO_PACK]
        return capped(count) if count else ""

    @property
    def tickets(self) -> list[Ticket]:
        """The lists of work with their counts; none is an empty one."""
        return [
            Ticket(
                LISTS[name].title,
                f"/office/orders?list={name}",
                capped(self.counts[name]),
                "",
                name is ListName.TO_PACK,
                name is ListName.REVIEW,
            )
            for name in TICKETS
        ]


def load_today(db: Connection, now: datetime) -> Today:
    """Read what is to be done."""
    return Today(count_lists(db, TICKETS, now), load_page(db, Question(ListName.TO_PACK), now))
