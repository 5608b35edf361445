"""How many copies there are, and the five ways in which that changes."""

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, Integer, String, bindparam, exists, literal, select

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
