"""Read what the page for receiving copies shows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, select

from bookshop.fulfilment.copies_to_order import WaitedFor, list_waited_for
from bookshop.fulfilment.scan_entry import ScanEntry, ScanOutcome
from bookshop.fulfilment.scan_store import list_receiving_scans
from bookshop.office.printing.shelf import Shelf, find_shelf
from bookshop.schema import books, order_copies, orders

# a day's work: more scans are neither counted nor taken back
SHIFT, MAX_SCANS = timedelta(hours=12), 500
MAX_WAITING_LINES = 100
SHOWN_SCANS = 5


class Keeper(NamedTuple):
    """An order that copies are kept for, and how many it still waits for."""

    id: str
    number: int
    name: str
    copies: int
    to_come: int

    @property
    def is_whole(self) -> bool:
        return not self.to_come


@dataclass(frozen=True, slots=True)
class Receiving:
    """The last scans of a person, and what the shop waits for."""

    scans: list[ScanEntry]
    keepers: Mapping[str, Keeper]
    shelves: Mapping[str, Shelf]
    waiting: list[WaitedFor]

    @property
    def received(self) -> int:
        """How many copies the person has received."""
        return sum(scan.quantity for scan in self.scans if scan.outcome is ScanOutcome.RECEIVED)

    @property
    def shown(self) -> list[ScanEntry]:
        return self.scans[:SHOWN_SCANS]

    @property
    def last_received(self) -> ScanEntry | None:
        """The scan that can be taken back."""
        return next((scan for scan in self.scans if scan.outcome is ScanOutcome.RECEIVED), None)

    @property
    def whole(self) -> list[Keeper]:
        """The orders that these scans have made whole, the last first."""
        found = {order_id: None for scan in self.scans for order_id, _ in assigned_by(scan)}
        return [
            one for order_id in found if (one := self.keepers.get(order_id)) and one.is_whole and one.copies
        ]


def assigned_by(scan: ScanEntry) -> list[tuple[str, int]]:
    """Return the orders that got copies of a scan, and how many."""
    return scan.details.get("assigned", []) if scan.outcome is ScanOutcome.RECEIVED else []


def read_receiving(db: Connection, actor: str, now: datetime) -> Receiving:
    """Return what a person has scanned today, and the books that orders wait for."""
    scans = list_receiving_scans(db, actor, now - SHIFT, MAX_SCANS)
    keepers = {order_id for scan in scans for order_id, _ in assigned_by(scan)}
    shown = {scan.isbn for scan in scans[:SHOWN_SCANS] if scan.title}
    return Receiving(
        scans, list_keepers(db, keepers), list_shelves(db, shown), list_waited_for(db, MAX_WAITING_LINES)
    )


LIST_KEEPERS = (
    select(
        orders.c.id,
        orders.c.number,
        orders.c.name,
        func.sum(order_copies.c.in_stock),
        func.sum(order_copies.c.to_order),
    )
    .join(order_copies)
    .where(orders.c.id.in_(bindparam("ids", expanding=True)))
    .group_by(orders.c.id, orders.c.number, orders.c.name)
)


def list_keepers(db: Connection, ids: Iterable[str]) -> dict[str, Keeper]:
    """Return the orders with these ids."""
    wanted = sorted(ids)
    rows = db.execute(LIST_KEEPERS, {"ids": wanted}) if wanted else ()
    return {row[0]: Keeper(*row[:3], int(row[3]), int(row[4])) for row in rows}


LIST_SHELVES = select(books.c.isbn, books.c.category, books.c.byline).where(
    books.c.isbn.in_(bindparam("isbns", expanding=True))
)


def list_shelves(db: Connection, isbns: Iterable[str]) -> dict[str, Shelf]:
    """Return where these books stand."""
    wanted = sorted(isbns)
    rows = db.execute(LIST_SHELVES, {"isbns": wanted}) if wanted else ()
    return {row.isbn: find_shelf(row.category, row.byline) for row in rows}
