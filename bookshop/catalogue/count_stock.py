"""Set stock from a count of the shelf."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, select

from bookshop.catalogue.stock import BOOK, CREATE_ROW, QUANTITY, sorted_by_isbn
from bookshop.schema import stock, stock_movements


@dataclass(frozen=True, slots=True)
class Counted:
    """The result of a count: `moved` copies more than before, `short` fewer than are reserved."""

    isbn: str
    moved: int
    available: int
    short: int = 0


def count_stock(db: Connection, quantities: Mapping[str, int], cause: str) -> list[Counted]:
    """Set the copies on the shelf to what was counted; reserved ones are there until packed.

    Reserved copies stay reserved even if the count found fewer. A book that was counted for this cause
    before does not change.
    """
    create_stock_rows(db, quantities)
    on_hand, reserved = lock_stock(db, quantities)
    counted_before = list_counted(db, quantities, cause)
    counts = [
        Counted(
            isbn,
            moved=max(quantities[isbn], reserved[isbn]) - on_hand[isbn],
            available=max(quantities[isbn] - reserved[isbn], 0),
            short=max(reserved[isbn] - quantities[isbn], 0),
        )
        for isbn in on_hand
        if isbn not in counted_before
    ]
    if changes := [(count.isbn, count.moved) for count in counts if count.moved]:
        set_on_hand(db, {isbn: on_hand[isbn] + moved for isbn, moved in changes})
        add_count_movements(db, changes, cause)
    return counts


LIST_STOCK_ROWS = select(stock.c.isbn).where(stock.c.isbn.in_(bindparam("isbns", expanding=True)))


def create_stock_rows(db: Connection, quantities: Mapping[str, int]) -> None:
    """Create the stock rows of books that have none and are not counted as 0."""
    known = set(db.execute(LIST_STOCK_ROWS, {"isbns": list(quantities)}).scalars())
    new = [isbn for isbn, quantity in sorted_by_isbn(quantities) if quantity and isbn not in known]
    if new:
        db.execute(CREATE_ROW, [{"book": isbn} for isbn in new])


# in the order of sales, to avoid deadlocks
LOCK_STOCK = (
    select(stock.c.isbn, stock.c.on_hand, stock.c.reserved)
    .where(stock.c.isbn.in_(bindparam("isbns", expanding=True)))
    .order_by(stock.c.isbn)
    .with_for_update()
)


def lock_stock(db: Connection, quantities: Mapping[str, int]) -> tuple[dict[str, int], dict[str, int]]:
    """Lock the rows of these books; return their copies on hand and reserved, by ISBN."""
    rows = db.execute(LOCK_STOCK, {"isbns": list(quantities)}).all()
    return {row.isbn: row.on_hand for row in rows}, {row.isbn: row.reserved for row in rows}


LIST_COUNTED = select(stock_movements.c.isbn).where(
    stock_movements.c.isbn.in_(bindparam("isbns", expanding=True)),
    stock_movements.c.kind == "counted",
    stock_movements.c.cause == bindparam("cause"),
)


def list_counted(db: Connection, quantities: Mapping[str, int], cause: str) -> set[str]:
    """Return those of these books whose stock a count for this cause has changed before."""
    return set(db.execute(LIST_COUNTED, {"isbns": list(quantities), "cause": cause}).scalars())


SET_ON_HAND = stock.update().where(stock.c.isbn == BOOK).values(on_hand=QUANTITY)


def set_on_hand(db: Connection, quantities: Mapping[str, int]) -> None:
    db.execute(SET_ON_HAND, [{"book": isbn, "quantity": quantity} for isbn, quantity in quantities.items()])


def add_count_movements(db: Connection, changes: Sequence[tuple[str, int]], cause: str) -> None:
    now = datetime.now(UTC)
    rows = [
        {"isbn": isbn, "kind": "counted", "quantity": quantity, "cause": cause, "moved_at": now}
        for isbn, quantity in changes
    ]
    db.execute(stock_movements.insert(), rows)
