"""What was found for a text, a number or a scanned book."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from bookshop.catalogue.book import Book
from bookshop.catalogue.book_store import find_book
from bookshop.office.lost.lost_page import lost_address
from bookshop.office.work.find_lost import find_lost
from bookshop.office.work.find_query import FindQuery
from bookshop.office.work.find_store import (
    MAX_FOUND,
    find_by_isbn,
    find_by_person,
    find_by_title,
    find_named,
    list_to_pack_with_book,
    list_waiting_for_book,
    merge_ids,
)
from bookshop.office.work.row_store import read_rows
from bookshop.office.work.row_view import RowView, view_row
from bookshop.recovery.lost_order import LostOrder


@dataclass(frozen=True, slots=True)
class FoundOrders:
    """The orders that were found; for a book, those that wait for it and those to pack apart.

    `lost` are those that a restored database does not have, except those for a book.
    """

    query: FindQuery
    views: Sequence[RowView] = ()
    has_more: bool = False
    book: Book | None = None
    waiting: Sequence[RowView] = ()
    to_pack: Sequence[RowView] = field(default=())
    lost: Sequence[LostOrder] = ()
    has_more_lost: bool = False

    @property
    def single_address(self) -> str:
        """The address of the order to open; empty if there is a choice, or none."""
        if self.query.isbn or len(self.views) + len(self.lost) != 1:
            return ""
        return f"/office/orders/{self.views[0].row.id}" if self.views else lost_address(self.lost[0])


def load_found(db: Connection, query: FindQuery, now: datetime) -> FoundOrders:
    """Find the orders that a text asks for."""
    if query.isbn:
        return load_orders_of_book(db, query, now)
    ids, lost = find_ids(db, query), find_lost(db, query)
    return FoundOrders(
        query,
        view_ids(db, ids[:MAX_FOUND], now),
        len(ids) > MAX_FOUND,
        lost=lost[:MAX_FOUND],
        has_more_lost=len(lost) > MAX_FOUND,
    )


def find_ids(db: Connection, query: FindQuery) -> list[str]:
    """Return the ids of the order that is named, or of those of such people, then of such books."""
    if query.names_one:
        return find_named(db, query)
    found = find_by_person(db, query.text)
    return found if len(found) > MAX_FOUND else merge_ids(found, find_by_title(db, query.text))


def load_orders_of_book(db: Connection, query: FindQuery, now: datetime) -> FoundOrders:
    """Find the orders that wait for a book, those for which it is to be packed, and the others."""
    waiting, to_pack = list_waiting_for_book(db, query.isbn), list_to_pack_with_book(db, query.isbn)
    ids = find_by_isbn(db, query.isbn)
    views = {view.row.id: view for view in view_ids(db, merge_ids(waiting, to_pack, ids[:MAX_FOUND]), now)}
    others = [one for one in ids[:MAX_FOUND] if one not in {*waiting, *to_pack}]
    return FoundOrders(
        query,
        [views[one] for one in others],
        len(ids) > MAX_FOUND,
        find_book(db, query.isbn),
        [views[one] for one in waiting],
        [views[one] for one in to_pack],
    )


def view_ids(db: Connection, ids: Sequence[str], now: datetime) -> list[RowView]:
    return [view_row(row, now) for row in read_rows(db, ids)]
