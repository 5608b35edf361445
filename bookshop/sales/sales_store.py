"""Write how many copies were sold, and how many shoppers bought two books together."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, Integer, bindparam, func, select, text

from bookshop.sales.paid_order_store import CountedOrders
from bookshop.sales.pairs import Pairs
from bookshop.schema import order_copies, sales

ADD_SALES = text(
    "INSERT INTO sales (isbn, copies) VALUES (:isbn, :copies)"
    " ON CONFLICT (isbn) DO UPDATE SET copies = sales.copies + excluded.copies"
)


def add_sales(db: Connection, quantities: Mapping[str, int]) -> None:
    """Add copies to the figures of books."""
    if quantities:
        db.execute(ADD_SALES, _rows(quantities))


REMOVE_SALES = text("UPDATE sales SET copies = copies - :copies WHERE isbn = :isbn")
REMOVE_EMPTY_SALES = sales.delete().where(sales.c.copies == 0)


def remove_sales(db: Connection, quantities: Mapping[str, int]) -> None:
    """Take copies out of the figures of books."""
    if quantities:
        db.execute(REMOVE_SALES, _rows(quantities))
        db.execute(REMOVE_EMPTY_SALES)


def _rows(quantities: Mapping[str, int]) -> list[dict[str, str | int]]:
    return [{"isbn": isbn, "copies": copies} for isbn, copies in sorted(quantities.items())]


# the condition is that of an index
COUNT_CANCELLED = (
    select(order_copies.c.isbn, func.sum(order_copies.c.cancelled + order_copies.c.returned))
    .where(
        text("cancelled + returned > 0"),
        order_copies.c.order_number > bindparam("after", type_=Integer),
        order_copies.c.order_number <= bindparam("last", type_=Integer),
    )
    .group_by(order_copies.c.isbn)
)
LIST_CANCELLED = select(sales.c.isbn, sales.c.cancelled).where(sales.c.cancelled != 0)
SET_CANCELLED = text("UPDATE sales SET cancelled = :copies WHERE isbn = :isbn")


def count_cancelled(db: Connection, counted: CountedOrders) -> list[str]:
    """Write how many copies were cancelled or returned; return the ISBNs of changed books."""
    rows = db.execute(COUNT_CANCELLED, {"after": counted.after, "last": counted.last})
    found = {isbn: int(copies) for isbn, copies in rows}
    stored = {row.isbn: row.cancelled for row in db.execute(LIST_CANCELLED)}
    changed = {
        isbn: found.get(isbn, 0) for isbn in {*found, *stored} if found.get(isbn, 0) != stored.get(isbn, 0)
    }
    if changed:
        db.execute(SET_CANCELLED, _rows(changed))
    return sorted(changed)


ADD_PAIR = text(
    "INSERT INTO bought_together (isbn, other, shoppers) VALUES (:isbn, :other, 1)"
    " ON CONFLICT (isbn, other) DO UPDATE SET shoppers = bought_together.shoppers + 1"
)


def add_pairs(db: Connection, pairs: Pairs) -> None:
    """Count one more shopper who bought both books of each pair."""
    if pairs:
        db.execute(ADD_PAIR, _pair_rows(pairs))


REMOVE_PAIR = (
    text("DELETE FROM bought_together WHERE isbn = :isbn AND other = :other AND shoppers = 1"),
    text("UPDATE bought_together SET shoppers = shoppers - 1 WHERE isbn = :isbn AND other = :other"),
)


def remove_pairs(db: Connection, pairs: Pairs) -> None:
    """Count one shopper less who bought both books of each pair."""
    if pairs:
        for statement in REMOVE_PAIR:
            db.execute(statement, _pair_rows(pairs))


def _pair_rows(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"isbn": isbn, "other": other} for isbn, other in sorted(pairs)]
