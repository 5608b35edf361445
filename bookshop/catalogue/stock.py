"""Change how many copies of a book there are, each change with its row in `stock_movements`.

The cause of a movement is the order while it is placed and paid, later its action or refund.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, Integer, String, Update, bindparam, select, text

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


def reserve_stock(db: Connection, quantities: Mapping[str, int], order_id: str) -> None:
    """Reserve copies or raise OutOfStock.

    The UPDATE itself checks the number of copies, so that two orders cannot both pass.
    """
    move_copies(db, RESERVE, "reserved", quantities, order_id, order_id, needs_available=True)


RELEASE = stock.update().where(stock.c.isbn == BOOK).values(reserved=stock.c.reserved - QUANTITY)


def release_stock(db: Connection, quantities: Mapping[str, int], order_id: str) -> None:
    """End a reservation."""
    move_copies(db, RELEASE, "released", quantities, order_id, order_id)


SELL = stock.update().where(stock.c.isbn == BOOK).values(paid=stock.c.paid + QUANTITY)


def sell_stock(db: Connection, quantities: Mapping[str, int], order_id: str) -> None:
    """Turn reserved copies into paid ones, which stay on the shelf until they are packed."""
    move_copies(db, SELL, "paid", quantities, order_id, order_id)


RELEASE_PAID = (
    stock.update()
    .where(stock.c.isbn == BOOK)
    .values(reserved=stock.c.reserved - QUANTITY, paid=stock.c.paid - QUANTITY)
)


def release_paid_stock(db: Connection, quantities: Mapping[str, int], order_id: str, cause: str) -> None:
    """Let others buy copies of a paid order that are not packed."""
    move_copies(db, RELEASE_PAID, "unsold", quantities, order_id, cause)


ASSIGN = (
    stock.update()
    .where(stock.c.isbn == BOOK, AVAILABLE >= QUANTITY)
    .values(reserved=stock.c.reserved + QUANTITY, paid=stock.c.paid + QUANTITY)
)


def assign_stock(db: Connection, quantities: Mapping[str, int], order_id: str, cause: str) -> None:
    """Reserve copies for a paid order that waits for them, or raise OutOfStock."""
    move_copies(db, ASSIGN, "assigned", quantities, order_id, cause, needs_available=True)


def unassign_stock(db: Connection, quantities: Mapping[str, int], order_id: str, cause: str) -> None:
    """Let a paid order wait again for copies that were reserved for it."""
    move_copies(db, RELEASE_PAID, "unassigned", quantities, order_id, cause)


PACK = (
    stock.update()
    .where(stock.c.isbn == BOOK)
    .values(
        on_hand=stock.c.on_hand - QUANTITY,
        reserved=stock.c.reserved - QUANTITY,
        paid=stock.c.paid - QUANTITY,
    )
)


def pack_stock(db: Connection, quantities: Mapping[str, int], order_id: str, cause: str) -> None:
    """Take paid copies off the shelf."""
    move_copies(db, PACK, "packed", quantities, order_id, cause)


UNPACK = (
    stock.update()
    .where(stock.c.isbn == BOOK)
    .values(
        on_hand=stock.c.on_hand + QUANTITY,
        reserved=stock.c.reserved + QUANTITY,
        paid=stock.c.paid + QUANTITY,
    )
)


def unpack_stock(db: Connection, quantities: Mapping[str, int], order_id: str, cause: str) -> None:
    """Put packed copies back on the shelf, for the same order."""
    for isbn, _ in sorted_by_isbn(quantities):
        create_stock_row(db, isbn)
    move_copies(db, UNPACK, "unpacked", quantities, order_id, cause)


ADD_COPIES = stock.update().where(stock.c.isbn == BOOK).values(on_hand=stock.c.on_hand + QUANTITY)


def return_stock(db: Connection, quantities: Mapping[str, int], order_id: str, cause: str) -> None:
    """Put an order's copies back on the shelf, for anyone to buy."""
    for isbn, _ in sorted_by_isbn(quantities):
        create_stock_row(db, isbn)
    move_copies(db, ADD_COPIES, "returned", quantities, order_id, cause)


# two people may do this for a book at once
CREATE_ROW = text(
    "INSERT INTO stock (isbn, on_hand, reserved) VALUES (:book, 0, 0) ON CONFLICT (isbn) DO NOTHING"
)


def create_stock_row(db: Connection, isbn: str) -> None:
    """Create the book's stock row if it has none."""
    db.execute(CREATE_ROW, {"book": isbn})


def receive_stock(db: Connection, isbn: str, quantity: int, cause: str) -> None:
    """Put copies on the shelf that have come in."""
    create_stock_row(db, isbn)
    db.execute(ADD_COPIES, {"book": isbn, "quantity": quantity})
    add_movement(db, isbn, "received", quantity, cause)


TAKE_COPIES = (
    stock.update()
    .where(stock.c.isbn == BOOK, AVAILABLE >= QUANTITY)
    .values(on_hand=stock.c.on_hand - QUANTITY)
)


def unreceive_stock(db: Connection, isbn: str, quantity: int, cause: str) -> None:
    """Take copies off the shelf that had not come in after all, or raise OutOfStock."""
    move_copies(db, TAKE_COPIES, "unreceived", {isbn: quantity}, "", cause, needs_available=True)


def move_copies(
    db: Connection,
    change: Update,
    kind: str,
    quantities: Mapping[str, int],
    order_id: str,
    cause: str,
    *,
    needs_available: bool = False,
) -> None:
    """Change the stock of each book and record it.

    A change that `needs_available` copies raises OutOfStock where too few are.
    """
    for isbn, quantity in sorted_by_isbn(quantities):
        changed = db.execute(change, {"book": isbn, "quantity": quantity}).rowcount
        if needs_available and not changed:
            raise OutOfStock(isbn)
        add_movement(db, isbn, kind, quantity, cause, order_id)


def sorted_by_isbn(quantities: Mapping[str, int]) -> list[tuple[str, int]]:
    """Sort by ISBN, to avoid deadlocks between orders for the same books."""
    return sorted(quantities.items())


def add_movement(db: Connection, isbn: str, kind: str, quantity: int, cause: str, order_id: str = "") -> None:
    """Record a change; the same kind and cause again violates a unique key."""
    row = {
        "isbn": isbn,
        "kind": kind,
        "quantity": quantity,
        "cause": cause,
        "order_id": order_id,
        "moved_at": datetime.now(UTC),
    }
    db.execute(stock_movements.insert(), row)


FIND_MOVEMENT = select(stock_movements.c.id).where(
    stock_movements.c.isbn == BOOK,
    stock_movements.c.kind == bindparam("kind"),
    stock_movements.c.cause == bindparam("cause"),
)


def has_movement(db: Connection, isbn: str, kind: str, cause: str) -> bool:
    """Return whether a change of this kind and cause has been made."""
    return db.execute(FIND_MOVEMENT, {"book": isbn, "kind": kind, "cause": cause}).first() is not None


FIND_AVAILABLE = select(AVAILABLE).where(stock.c.isbn == BOOK)


def find_available(db: Connection, isbn: str) -> int:
    """Return how many copies can be bought."""
    return db.execute(FIND_AVAILABLE, {"book": isbn}).scalar() or 0
