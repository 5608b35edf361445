"""What the first page of the office shows."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bookshop.office.work.list_page import Listing, capped, load_page
from bookshop.office.work.list_store import count_lists, find_next_day_of_sale, find_oldest_ready
from bookshop.office.work.order_list import LISTS, MAX_CHOSEN, ListName, Question
from bookshop.office.work.review_store import ReviewItem, ReviewKind, list_review_items
from bookshop.recovery.lost_order_store import count_open_lost_orders

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
    `lost_orders` counts those that a restored database does not have; they have a page of their own.
    """

    counts: dict[ListName, int]
    listing: Listing
    review: list[ReviewItem]
    next_day_of_sale: datetime | None
    ready_since: datetime | None
    lost_orders: int = 0

    @property
    def tickets(self) -> list[Ticket]:
        """The lists of work with their counts."""
        return [
            Ticket(name, LISTS[name].title, self._address(name), capped(self._count(name)))
            for name in TICKETS
        ]

    def _count(self, name: ListName) -> int:
        return self.counts[name] + (self.lost_orders if name is ListName.REVIEW else 0)

    def _address(self, name: ListName) -> str:
        has_only_lost = name is ListName.REVIEW and self.lost_orders and not self.counts[name]
        return "/office/lost" if has_only_lost else f"/office/orders?list={name}"

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
    counts, review = count_lists(db, COUNTED, now), list_review_items(db)
    has_lost = any(item.kind is ReviewKind.LOST_ORDER for item in review)
    return Today(
        counts,
        load_page(db, Question(ListName.TO_PACK), now, counts),
        review,
        find_next_day_of_sale(db, now) if counts[ListName.WAITING] else None,
        find_oldest_ready(db) if counts[ListName.READY] else None,
        count_open_lost_orders(db, MAX_CHOSEN + 1) if has_lost else 0,
    )
