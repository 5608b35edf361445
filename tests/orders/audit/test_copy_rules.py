"""The audit finds copies that no action has moved."""

from typing import Any

import pytest
from sqlalchemy import Connection, text

from bookshop.checkout.place_order import reserve_and_add
from bookshop.database import Database
from bookshop.fulfilment.arrive import arrive
from bookshop.fulfilment.pack import pack
from bookshop.fulfilment.ship import ship
from bookshop.fulfilment.undo import undo
from bookshop.orders.audit.violation import Violation
from bookshop.payments.cancel_by_shop import cancel_paid
from bookshop.payments.cancel_rules import Cancellation
from tests.audit import audit
from tests.builders import a_book
from tests.fulfilment.stored_orders import NOW, a_line, an_order_of, store_books, store_paid

BOOK, OTHER = a_book(stock=9), a_book(stock=0)
SHIPPED, PACKED, WAITING, OPEN = (
    an_order_of(a_line(BOOK, 3), a_line(OTHER, 2, to_order=2)),
    an_order_of(a_line(BOOK, 2)),
    an_order_of(a_line(BOOK, 2), a_line(OTHER, to_order=1)),
    an_order_of(a_line(BOOK)),
)
WORDS = {
    "book": BOOK.isbn,
    "other": OTHER.isbn,
    "shipped": SHIPPED.id,
    "packed": PACKED.id,
    "waiting": WAITING.id,
    "open": OPEN.id,
}
BY_ANNA: dict[str, Any] = {"actor": "anna", "now": NOW}


def fill(db: Connection) -> None:
    """Store orders that are partly shipped, packed, waiting and unpaid."""
    store_books(db, BOOK, OTHER)
    store_paid(db, SHIPPED, PACKED, WAITING)
    reserve_and_add(db, OPEN)
    arrive(db, {OTHER.isbn: 2}, key="d1", **BY_ANNA)
    ship(db, SHIPPED.id, 1, {BOOK.isbn: 1}, **BY_ANNA)
    ship(db, SHIPPED.id, 2, {OTHER.isbn: 1}, **BY_ANNA)
    pack(db, PACKED.id, 0, **BY_ANNA)
    undo(db, PACKED.id, 1, **BY_ANNA)
    pack(db, PACKED.id, 2, **BY_ANNA)


COPIES = "UPDATE order_copies SET"
OF_SHIPPED = "WHERE order_id = :shipped AND isbn = :book"
BROKEN: list[tuple[str, list[Violation]]] = [
    (
        f"{COPIES} cancelled = cancelled + 1 {OF_SHIPPED}",
        [Violation("copies", f"{SHIPPED.id} {BOOK.isbn}", "3", "4")],
    ),
    (
        "DELETE FROM order_copies WHERE order_id = :waiting AND isbn = :other",
        [Violation("copies", f"{WAITING.id} {OTHER.isbn}", "1", "0")],
    ),
    (
        (
            "INSERT INTO order_copies (order_id, position, isbn, cancelled)"
            " SELECT id, 0, :book, 1 FROM orders WHERE id = :open"
        ),
        [Violation("copies", f"{OPEN.id} {BOOK.isbn}", "0", "1")],
    ),
    (
        f"{COPIES} isbn = :book WHERE order_id = :waiting AND isbn = :other",
        [
            Violation("copies", f"{WAITING.id} {BOOK.isbn}", "0", "1"),
            Violation("copies", f"{WAITING.id} {OTHER.isbn}", "1", "0"),
        ],
    ),
    (
        f"{COPIES} shipped = shipped - 1, collected = 1 {OF_SHIPPED}",
        [Violation("parcels", SHIPPED.id, "0", "1")],
    ),
    (
        "UPDATE parcel_copies SET quantity = 2 WHERE order_id = :shipped AND parcel = 1",
        [Violation("parcels", SHIPPED.id, "1", "2")],
    ),
    (
        "DELETE FROM parcel_copies WHERE order_id = :shipped AND parcel = 2",
        [Violation("parcels", SHIPPED.id, "1", "0")],
    ),
    (
        (
            "INSERT INTO parcel_copies (order_id, parcel, position, quantity)"
            " SELECT id, 1, 7, 1 FROM orders WHERE id = :shipped"
        ),
        [Violation("parcels", SHIPPED.id, "0", "1")],
    ),
    (
        f"{COPIES} to_order = 0, ready = 1 WHERE order_id = :waiting AND isbn = :other",
        [Violation("packed_copies", f"{WAITING.id} {OTHER.isbn}", "1", "0")],
    ),
    (
        f"{COPIES} packed = 1, to_order = 1 WHERE order_id = :packed",
        [Violation("packed_copies", f"{PACKED.id} {BOOK.isbn}", "1", "2")],
    ),
    (
        (
            "UPDATE stock_movements SET quantity = 1 WHERE order_id = :packed"
            " AND id = (SELECT max(id) FROM stock_movements)"
        ),
        [
            Violation("on_hand", BOOK.isbn, "7", "6"),
            Violation("reserved_movements", BOOK.isbn, "6", "5"),
            Violation("movements", PACKED.id, f"0 reserved of {BOOK.isbn}", "1"),
            Violation("packed_copies", f"{PACKED.id} {BOOK.isbn}", "2", "1"),
        ],
    ),
    (
        "UPDATE timeline SET version = 7 WHERE order_id = :packed AND version = 3",
        [Violation("timeline", PACKED.id, "3", "7")],
    ),
]


@pytest.mark.parametrize(("statement", "expected"), BROKEN, ids=[each[0] for each in BROKEN])
async def test_every_broken_rule_is_found_and_nothing_else(
    database: Database, statement: str, expected: list[Violation]
) -> None:
    await database.write(fill)
    assert not await database.read(audit)
    await database.write(change, statement)
    assert await database.read(audit) == tuple(expected)


async def test_damaged_copies_are_cancelled_and_on_no_shelf(database: Database) -> None:
    def check(db: Connection) -> None:
        fill(db)
        cancel_paid(db, PACKED.id, 3, Cancellation(restock=False), **BY_ANNA)
        assert not audit(db)

    await database.write(check)


def change(db: Connection, statement: str) -> None:
    """Do what no function of the shop does."""
    needed = {name: value for name, value in WORDS.items() if f":{name}" in statement}
    assert db.execute(text(statement), needed).rowcount > 0
