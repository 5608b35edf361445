"""Change how many copies of a book there are, each change with its row in `stock_movements`."""

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, Integer, String, bindparam, exists, literal, select

from bookshop.schema import stock, stock_movements

BOOK = bindparam("book", type_=String)
QUANTITY = bindparam("quantity", type_=Integer)
AVAILABLE = stock.c.on_hand - stock.c.reserved


class OutOfStock(Exception):
    """Fewer copies are available than an order needs."""

    def __init__(self, isbn: str) -> None:
        super().__init__(isbn)
        self.isbn = isbn


RESERVE = (
    stock.update()
    .where(stock.c.isbn == BOOK, AVAILABLE >= QUANTITY)
    .values(reserved=stock.c.reserved + QUANTITY)
)


def reserve_stock(db: Connection, quantities: Mapping[str, int], cause: str) -> None:
    """Reserve copies or raise OutOfStock.

    The UPDATE itself checks the number of copies, so that two orders cannot both pass.
    """
    for isbn, quantity in sorted_by_isbn(quantities):
        if db.execute(RESERVE, {"book": isbn, "quantity": quantity}).rowcount == 0:
            raise OutOfStock(isbn)
        add_movement(db, isbn, "reserved", quantity, cause)


RELEASE = stock.update().where(stock.c.isbn == BOOK).values(reserved=stock.c.reserved - QUANTITY)


def release_stock(db: Connection, quantities: Mapping[str, int], cause: str) -> None:
    """End a reservation."""
    for isbn, quantity in sorted_by_isbn(quantities):
        db.execute(RELEASE, {"book": isbn, "quantity": quantity})
        add_movement(db, isbn, "released", quantity, cause)


SELL = (
    stock.update()
    .where(stock.c.isbn == BOOK)
    .values(on_hand=stock.c.on_hand - QUANTITY, reserved=stock.c.reserved - QUANTITY)
)


def sell_stock(db: Connection, quantities: Mapping[str, int], cause: str) -> None:
    """Turn reserved copies into sold ones."""
    for isbn, quantity in sorted_by_isbn(quantities):
        db.execute(SELL, {"book": isbn, "quantity": quantity})
        add_movement(db, isbn, "sold", quantity, cause)


RETURN = stock.update().where(stock.c.isbn == BOOK).values(on_hand=stock.c.on_hand + QUANTITY)


def return_stock(db: Connection, quantities: Mapping[str, int], cause: str) -> None:
    """Put sold copies back on the shelf."""
    for isbn, quantity in sorted_by_isbn(quantities):
        create_stock_row(db, isbn)
        db.execute(RETURN, {"book": isbn, "quantity": quantity})
        add_movement(db, isbn, "returned", quantity, cause)


CREATE_ROW = stock.insert().from_select(
    ["isbn", "on_hand", "reserved"],
    select(BOOK, literal(0), literal(0)).where(~exists().where(stock.c.isbn == BOOK)),
)


def create_stock_row(db: Connection, isbn: str) -> None:
    """Create the book's stock row if it has none."""
    db.execute(CREATE_ROW, {"book": isbn})


def receive_stock(db: Connection, isbn: str, quantity: int, cause: str) -> None:
    """Put a book's first copies on the shelf."""
    db.execute(stock.insert(), {"isbn": isbn, "on_hand": quantity, "reserved": 0})
    add_movement(db, isbn, "received", quantity, cause)


def sorted_by_isbn(quantities: Mapping[str, int]) -> list[tuple[str, int]]:
    """Sort by ISBN, to avoid deadlocks between orders for the same books."""
    return sorted(quantities.items())


def add_movement(db: Connection, isbn: str, kind: str, quantity: int, cause: str) -> None:
    """Record a change; the same kind and cause again violates a unique key."""
    row = {"isbn": isbn, "kind": kind, "quantity": quantity, "cause": cause, "moved_at": datetime.now(UTC)}
    db.execute(stock_movements.insert(), row)


FIND_AVAILABLE = select(AVAILABLE).where(stock.c.isbn == BOOK)


def find_available(db: Connection, isbn: str) -> int:
    """Return how many copies are neither sold nor reserved."""
    return db.execute(FIND_AVAILABLE, {"book": isbn}).scalar() or 0
