"""Read paid orders by their numbers, and how far they were counted.

An order's number is given in the transaction in which it is paid, one after the other: when a number can be
read, so can all lower ones.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from sqlalchemy import Connection, Integer, bindparam, func, select, text

from bookshop.database import AnyRow
from bookshop.orders.search_terms import email_term
from bookshop.sales import pairs
from bookshop.sales.window import Window
from bookshop.schema import counters, order_lines, order_terms, orders

# few, since the writes of shoppers wait: their books are indexed again
ORDERS_PER_TRANSACTION = 20


@dataclass(frozen=True, slots=True)
class PaidOrder:
    """What is counted of an order: how many copies of which books."""

    id: str
    number: int
    email: str
    paid_at: datetime
    quantities: dict[str, int]


@dataclass(frozen=True, slots=True)
class CountedOrders:
    """The numbers of the orders that are counted: those above `after`, up to `last`."""

    after: int
    last: int


LOCK_COUNTERS = (
    select(counters.c.name, counters.c.value)
    .where(counters.c.name.in_(bindparam("names", expanding=True)))
    .order_by(counters.c.name)
    .with_for_update()
)
# two processes may begin at once
ADD_COUNTER = text("INSERT INTO counters (name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING")


def lock_counted(db: Connection, window: Window, now: datetime) -> CountedOrders:
    """Lock and return which orders are counted: at first none, from the window's beginning on."""
    names = [window.added, window.removed]
    locked = {row.name: row.value for row in db.execute(LOCK_COUNTERS, {"names": names})}
    if locked:
        return CountedOrders(locked[window.removed], locked[window.added])
    start = _find_start(db, now - window.age)
    db.execute(ADD_COUNTER, [{"name": name, "value": start} for name in names])
    return lock_counted(db, window, now)


FIND_FIRST = (
    select(orders.c.number)
    .where(orders.c.payment == "paid", orders.c.placed_at >= bindparam("since"))
    .order_by(orders.c.placed_at)
    .limit(1)
)
FIND_LAST = select(func.max(orders.c.number))


def _find_start(db: Connection, since: datetime) -> int:
    """Return the number before that of the first order since a moment."""
    first: int | None = db.execute(FIND_FIRST, {"since": since}).scalar()
    return first - 1 if first else db.execute(FIND_LAST).scalar() or 0


SET_COUNTED = counters.update().where(counters.c.name == bindparam("counter"))


def set_counted(db: Connection, window: Window, counted: CountedOrders) -> None:
    """Store which orders are counted."""
    for name, number in ((window.added, counted.last), (window.removed, counted.after)):
        db.execute(SET_COUNTED.values(value=number), {"counter": name})


LIST_PAID_ORDERS = (
    select(orders.c.id, orders.c.number, orders.c.email, orders.c.paid_at)
    .where(orders.c.number > bindparam("after", type_=Integer))
    .order_by(orders.c.number)
    .limit(ORDERS_PER_TRANSACTION)
)
LIST_LINES = select(order_lines.c.order_id, order_lines.c.isbn, order_lines.c.quantity).where(
    order_lines.c.order_id.in_(bindparam("order_ids", expanding=True))
)


def list_paid_orders(db: Connection, after: int) -> list[PaidOrder]:
    """Return the next paid orders after a number."""
    rows = db.execute(LIST_PAID_ORDERS, {"after": after}).all()
    quantities = _quantities_of(db.execute(LIST_LINES, {"order_ids": [row.id for row in rows]}))
    return [PaidOrder(*row, quantities[row.id]) for row in rows]


def list_old_orders(db: Connection, counted: CountedOrders, before: datetime) -> list[PaidOrder]:
    """Return the first orders that are counted, as far as they were paid before a moment.

    They may be among the next that are to be added, which therefore are added first.
    """
    return list(takewhile(lambda order: order.paid_at < before, list_paid_orders(db, counted.after)))


def _quantities_of(lines: Iterable[AnyRow]) -> defaultdict[str, dict[str, int]]:
    """Return the copies of each book by order."""
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for order_id, isbn, quantity in lines:
        found[order_id][isbn] = found[order_id].get(isbn, 0) + quantity
    return found


all_lines = order_lines.alias("all_lines")
COUNT_BOOKS = select(func.count(all_lines.c.isbn.distinct())).where(all_lines.c.order_id == orders.c.id)
LIST_SHARED_LINES = (
    select(order_lines.c.order_id, order_lines.c.isbn, order_lines.c.quantity)
    .join(orders, orders.c.id == order_lines.c.order_id)
    .join(order_terms, order_terms.c.order_id == orders.c.id)
    .where(
        order_terms.c.term == bindparam("term"),
        orders.c.number > bindparam("after", type_=Integer),
        orders.c.number <= bindparam("last", type_=Integer),
        orders.c.number != bindparam("this", type_=Integer),
        order_lines.c.isbn.in_(bindparam("isbns", expanding=True)),
        COUNT_BOOKS.scalar_subquery() <= bindparam("max_books", type_=Integer),
    )
)


def list_other_baskets(db: Connection, order: PaidOrder, counted: CountedOrders) -> Iterable[Collection[str]]:
    """Return the books that the shopper's other orders with pairs share with this one.

    Only counted orders; an address may have thousands, such as the shop's own for orders by telephone.
    """
    values = {"after": counted.after, "last": counted.last, "this": order.number}
    values["max_books"] = pairs.MAX_BOOKS_OF_PAIRS
    shopper = {"term": email_term(order.email), "isbns": list(order.quantities)}
    return _quantities_of(db.execute(LIST_SHARED_LINES, {**shopper, **values})).values()
