"""Read what the page for packing an order shows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select

from bookshop.catalogue.book import Book
from bookshop.catalogue.book_store import list_books
from bookshop.fulfilment.box import Box
from bookshop.fulfilment.next_to_pack import find_next_to_pack
from bookshop.fulfilment.pack_by_scan import find_box
from bookshop.fulfilment.rules import NotAllowed, Standing, check_may_leave
from bookshop.fulfilment.scan_entry import ScanEntry
from bookshop.fulfilment.scan_store import list_box_scans
from bookshop.fulfilment.standing_store import find_standing
from bookshop.fulfilment.timeline import Action, without_undone
from bookshop.fulfilment.timeline_store import list_entries
from bookshop.office.printing.shelf import find_shelf
from bookshop.orders.order import Order
from bookshop.orders.store import find_order_by_id
from bookshop.schema import orders


class NamedOrder(NamedTuple):
    """An order that a sentence names."""

    id: str
    number: int | None
    name: str


@dataclass(frozen=True, slots=True)
class Packing:
    """An order on the packing table.

    `refusal` is why it may not leave the shop; `named` holds the orders that its scans and `next_id` name.
    """

    order: Order
    version: int
    box: Box
    scans: list[ScanEntry]
    books: Mapping[str, Book]
    notes: list[str]
    next_id: str | None
    named: Mapping[str, NamedOrder]
    refusal: str

    def shelf_of(self, book: Book) -> str:
        """Return where the book stands in the shop."""
        return " · ".join(filter(None, find_shelf(book.category, book.byline)))


def read_packing(db: Connection, order_id: str) -> Packing:
    """Return an order on the packing table; raises LookupError."""
    order = find_order_by_id(db, order_id)
    if order is None:
        raise LookupError(order_id)
    standing = find_standing(db, order)
    box = find_box(db, standing)
    scans, next_id = list_box_scans(db, order_id), find_next_to_pack(db, order)
    named = [next_id, *(scan.details.get(name) for scan in scans for name in ("owner", "packed"))]
    return Packing(
        order,
        standing.version,
        box,
        scans,
        list_books(db, [line.isbn for line in box.lines]),
        list_notes(db, order_id) if standing.version else [],
        next_id,
        list_named(db, filter(None, named)),
        find_refusal(standing),
    )


def find_refusal(standing: Standing) -> str:
    """Return why nothing of the order may leave the shop, or an empty text."""
    try:
        check_may_leave(standing)
    except NotAllowed as refusal:
        return str(refusal)
    return ""


def list_notes(db: Connection, order_id: str) -> list[str]:
    """Return the notes on an order that still hold."""
    entries = without_undone(list_entries(db, order_id))
    return [entry.details["text"] for entry in entries if entry.action is Action.NOTE]


LIST_NAMED = select(orders.c.id, orders.c.number, orders.c.name).where(
    orders.c.id.in_(bindparam("ids", expanding=True))
)


def list_named(db: Connection, ids: Iterable[str]) -> dict[str, NamedOrder]:
    """Return the numbers and names of these orders."""
    wanted = sorted(set(ids))
    rows = db.execute(LIST_NAMED, {"ids": wanted}) if wanted else ()
    return {row.id: NamedOrder(*row) for row in rows}
