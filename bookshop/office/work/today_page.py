"""What the first page of the office shows."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bookshop.office.work.list_page import Listing, capped, load_page
from bookshop.office.work.list_store import count_lists, find_next_day_of_sale, find_oldest_ready
from bookshop.office.work.order_list import LISTS, ListName, Question
from bookshop.office.work.review_store import ReviewItem, ReviewKind, list_review_items

TICKETS = (ListName.TO_PACK, ListName.TO_ORDER, ListName.WAITING, ListName.READY, ListName.REVIEW)
COUNTED = (*TICKETS, ListName.TO_SHIP, ListName.TO_MAKE_READY)
# more are on the list of orders to review
MAX_REVIEW_ITEMS = 8


@dataclass(frozen=True, slots=True)
class Ticket:
    """A list with its count."""

    list_name: ListName
    title: str
    address: str
    count: str


@dataclass(frozen=True, slots=True)
class Today:
    """What is to be done: how much of each, what cannot wait, and the orders to pack.

    `next_day_of_sale` is the first for which an order waits, `ready_since` the oldest that was not collected.
    """

    counts: dict[ListName, int]
    listing: Listing
    review: list[ReviewItem]
    next_day_of_sale: datetime | None
    ready_since: datetime | None

    @property
    def tickets(self) -> list[Ticket]:
        """The lists of work with their counts."""
        return [
            Ticket(
                name,
                LISTS[name].title,
                f"/office/orders?list={name}",
                capped(self.counts[name]) if self.counts[name] else "0",
            )
            for name in TICKETS
        ]

    @property
    def answer_by(self) -> datetime | None:
        """By when the first dispute must be answered."""
        return next((item.due_at for item in self.review if item.kind is ReviewKind.DISPUTE), None)

    @property
    def first_review_items(self) -> list[ReviewItem]:
        """The most urgent things to look at."""
        return self.review[:MAX_REVIEW_ITEMS]


def load_today(db: Connection, now: datetime) -> Today:
    """Read what is to be done."""
    counts = count_lists(db, COUNTED, now)
    return Today(
        counts,
        load_page(db, Question(ListName.TO_PACK), now, counts),
        list_review_items(db),
        find_next_day_of_sale(db, now) if counts[ListName.WAITING] else None,
        find_oldest_ready(db) if counts[ListName.READY] else None,
    )
