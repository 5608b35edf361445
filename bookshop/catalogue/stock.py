"""How many copies there are, and the six ways in which that changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, Integer, String, bindparam, exists, literal, select

from bookshop.schema import stock, stock_movements

BOOK = bindparam("book", type_=String)
QUANTITY = bindparam("quantity", type_=Integer)
FREE = stock.c.on_hand - stock.c.reserved

RESERVE = (
    stock.update().where(stock.c.isbn == BOOK, FREE >= QUANTITY).values(reserved=stock.c.reserved + QUANTITY)
)
RELEASE = stock.update().where(stock.c.isbn == BOOK).values(reserved=stock.c.reserved - QUANTITY)
SELL = (
    stock.update()
    .where(stock.c.isbn == BOOK)
    .values(on_hand=stock.c.on_hand - QUANTITY, reserved=stock.c.reserved - QUANTITY)
)
RETURN = stock.update().where(stock.c.isbn == BOOK).values(on_hand=stock.c.on_hand + QUANTITY)
MAKE_ROOM = stock.insert().from_select(
    ["isbn", "on_hand", "reserved"],
    select(BOOK, literal(0), literal(0)).where(~exists().where(stock.c.isbn == BOOK)),
)
ISBNS: BindParameter[Any] = bindparam("isbns", expanding=True)
# in order, as sales do, so that neither waits for the other in a circle
LIST_SHELVES = (
    select(stock.c.isbn, stock.c.on_hand, stock.c.reserved)
    .where(stock.c.isbn.in_(ISBNS))
    .order_by(stock.c.isbn)
    .with_for_update()
)
LIST_STOOD = select(stock.c.isbn).where(stock.c.isbn.in_(ISBNS))
SET_ON_HAND = stock.update().where(stock.c.isbn == BOOK).values(on_hand=QUANTITY)
LIST_COUNTED = select(stock_movements.c.isbn).where(
    stock_movements.c.isbn.in_(ISBNS),
    stock_movements.c.kind == "counted",
    stock_movements.c.reason == bindparam("reason"),
)
FIND_FREE = select(FREE).where(stock.c.isbn == BOOK)
ADD_MOVEMENT = stock_movements.insert()


class OutOfStock(Exception):
    """Fewer copies are free than were asked for."""

    def __init__(self, isbn: str) -> None:
        super().__init__(isbn)
        self.isbn = isbn


def reserve_stock(db: Connection, quantities: Mapping[str, int], reason: str) -> None:
    """Hold copies, or raise OutOfStock: the guard is in the write, so two buyers cannot both pass it."""
    for isbn, quantity in in_order(quantities):
        if db.execute(RESERVE, {"book": isbn, "quantity": quantity}).rowcount == 0:
            raise OutOfStock(isbn)
        add_movement(db, isbn, "reserved", quantity, reason)


def release_stock(db: Connection, quantities: Mapping[str, int], reason: str) -> None:
    """Give held copies back to the shelf."""
    for isbn, quantity in in_order(quantities):
        db.execute(RELEASE, {"book": isbn, "quantity": quantity})
        add_movement(db, isbn, "released", quantity, reason)


def sell_stock(db: Connection, quantities: Mapping[str, int], reason: str) -> None:
    """Turn held copies into sold ones."""
    for isbn, quantity in in_order(quantities):
        db.execute(SELL, {"book": isbn, "quantity": quantity})
        add_movement(db, isbn, "sold", quantity, reason)


def return_stock(db: Connection, quantities: Mapping[str, int], reason: str) -> None:
    """Put sold copies back on the shelf."""
    for isbn, quantity in in_order(quantities):
        make_room(db, isbn)
        db.execute(RETURN, {"book": isbn, "quantity": quantity})
        add_movement(db, isbn, "returned", quantity, reason)


def receive_stock(db: Connection, isbn: str, quantity: int, reason: str) -> None:
    """Put a book's first copies on the shelf."""
    db.execute(stock.insert(), {"isbn": isbn, "on_hand": quantity, "reserved": 0})
    add_movement(db, isbn, "received", quantity, reason)


@dataclass(frozen=True, slots=True)
class Counted:
    """What a count found: `moved` copies more or fewer than were known, `short` fewer than are held."""

    isbn: str
    moved: int
    available: int
    short: int = 0


def count_stock(db: Connection, quantities: Mapping[str, int], reason: str) -> list[Counted]:
    """Let there be as many copies as somebody counted on the shelf, those that are held among them.

    What shoppers hold stays held; a book counted for this reason before is left alone.
    """
    stood = set(db.execute(LIST_STOOD, {"isbns": list(quantities)}).scalars())
    if first := [isbn for isbn, quantity in in_order(quantities) if quantity and isbn not in stood]:
        db.execute(MAKE_ROOM, [{"book": isbn} for isbn in first])
    shelves = db.execute(LIST_SHELVES, {"isbns": list(quantities)}).all()
    done = set(db.execute(LIST_COUNTED, {"isbns": list(quantities), "reason": reason}).scalars())
    found = [
        Counted(
            shelf.isbn,
            moved=max(quantity, shelf.reserved) - shelf.on_hand,
            available=max(quantity - shelf.reserved, 0),
            short=max(shelf.reserved - quantity, 0),
        )
        for shelf in shelves
        if shelf.isbn not in done
        for quantity in [quantities[shelf.isbn]]
    ]
    known = {shelf.isbn: shelf.on_hand for shelf in shelves}
    if moved := [one for one in found if one.moved]:
        now = datetime.now(UTC)
        on_hand = [{"book": one.isbn, "quantity": known[one.isbn] + one.moved} for one in moved]
        db.execute(SET_ON_HAND, on_hand)
        movements = [
            {"isbn": one.isbn, "kind": "counted", "quantity": one.moved, "reason": reason, "moved_at": now}
            for one in moved
        ]
        db.execute(ADD_MOVEMENT, movements)
    return found


def make_room(db: Connection, isbn: str) -> None:
    """See to it that the book has a place on the shelf, be it an empty one."""
    db.execute(MAKE_ROOM, {"book": isbn})


def in_order(quantities: Mapping[str, int]) -> list[tuple[str, int]]:
    """By ISBN, so that two orders for the same books never wait for each other in a circle."""
    return sorted(quantities.items())


def add_movement(db: Connection, isbn: str, kind: str, quantity: int, reason: str) -> None:
    """Note a change; the same change for the same reason twice breaks a unique key and undoes both."""
    row = {"isbn": isbn, "kind": kind, "quantity": quantity, "reason": reason, "moved_at": datetime.now(UTC)}
    db.execute(ADD_MOVEMENT, row)


def find_free(db: Connection, isbn: str) -> int:
    """How many copies nobody has taken or holds."""
    return db.execute(FIND_FREE, {"book": isbn}).scalar() or 0
