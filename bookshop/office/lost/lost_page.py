"""What the page of lost orders shows."""

import re
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from bookshop.database.pad_values import pad_values
from bookshop.recovery.lost_order import LostOrder
from bookshop.recovery.lost_order_store import find_lost_order, list_lost_orders
from bookshop.schema import books

MAX_SHOWN = 50
BOOK = re.compile(r"(\d{13})×(\d{1,6})")
LIST_TITLES = select(books.c.isbn, books.c.title).where(books.c.isbn.in_(bindparam("isbns", expanding=True)))


@dataclass(frozen=True, slots=True)
class LostPage:
    """Lost orders that wait for a person, and those that were dealt with.

    `titles` are those of their books by ISBN; `has_more` if more wait than are shown.
    """

    open: list[LostOrder]
    done: list[LostOrder]
    titles: dict[str, str]
    has_more: bool

    def books_of(self, lost: LostOrder) -> list[tuple[str, str, int]]:
        """Return ISBN, title and quantity of each book; the title is empty if the shop has none."""
        return [(isbn, self.titles.get(isbn, ""), quantity) for isbn, quantity in read_books(lost.books)]


def lost_address(lost: LostOrder) -> str:
    """Return the address at which a lost order is shown, however many there are."""
    return f"/office/lost?first={lost.intent_id}#{lost.intent_id}"


def load_lost_page(db: Connection, first_id: str = "") -> LostPage:
    """Read the lost orders, the newest first, but before them the one that is looked for."""
    waiting = list_lost_orders(db, is_open=True, limit=MAX_SHOWN + 1)
    done = list_lost_orders(db, is_open=False, limit=MAX_SHOWN)
    if first := find_lost_order(db, first_id) if first_id else None:
        listed = waiting if first.is_open else done
        listed[:] = [first, *(one for one in listed if one.intent_id != first_id)]
    shown = waiting[:MAX_SHOWN]
    isbns = sorted({isbn for lost in (*shown, *done) for isbn, _ in read_books(lost.books)})
    titles = {row.isbn: row.title for row in db.execute(LIST_TITLES, {"isbns": pad_values(isbns)})}
    return LostPage(shown, done, titles, len(waiting) > MAX_SHOWN)


def read_books(text: str) -> list[tuple[str, int]]:
    """Return ISBN and quantity of the books as the shop gave them to Stripe."""
    return [(isbn, int(quantity)) for isbn, quantity in BOOK.findall(text)]
