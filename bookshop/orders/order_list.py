"""What the bookseller reads of orders."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, or_, select

from bookshop.money import Money
from bookshop.orders.order import NEEDS_REVIEW, Order, Payment
from bookshop.orders.store import find_order
from bookshop.schema import orders, refunds, stock_movements

# PostgreSQL's integers end soon after, and so do the numbers of any shop
LONGEST_NUMBER = 9

LIST = select(
    orders.c.id,
    orders.c.number,
    orders.c.placed_at,
    orders.c.name,
    orders.c.total_minor,
    orders.c.currency,
    orders.c.payment,
    orders.c.review_reason,
    orders.c.paid_at,
).order_by(orders.c.placed_at.desc(), orders.c.id)
FIND_TOKEN = select(orders.c.token).where(
    or_(orders.c.id == bindparam("wanted"), orders.c.number == bindparam("number", type_=Integer))
)
LIST_UNSETTLED = (
    select(orders.c.token)
    .where(orders.c.payment.in_([Payment.OPEN, Payment.PROCESSING]))
    .order_by(orders.c.placed_at, orders.c.id)
)
LIST_MOVEMENTS = (
    select(
        stock_movements.c.isbn,
        stock_movements.c.kind,
        stock_movements.c.quantity,
        stock_movements.c.moved_at,
    )
    .where(
        or_(
            stock_movements.c.reason == bindparam("wanted"),
            # copies come back for the reason of a refund
            stock_movements.c.reason.in_(
                select(refunds.c.id).where(refunds.c.order_id == bindparam("wanted"))
            ),
        )
    )
    .order_by(stock_movements.c.id)
)


@dataclass(frozen=True, slots=True)
class OrderSummary:
    """An order in one line: nothing by which a shopper could be written to, or the order be opened."""

    id: str
    number: int | None
    placed_at: datetime
    name: str
    total: Money
    payment: Payment
    review_reason: str
    paid_at: datetime | None

    @property
    def state(self) -> str:
        """The payment in one word, which is «held» where a person has to look at it."""
        return NEEDS_REVIEW if self.review_reason else self.payment.value


@dataclass(frozen=True, slots=True)
class StockMovement:
    """Copies of a book that an order moved."""

    isbn: str
    kind: str
    quantity: int
    moved_at: datetime


def list_orders(db: Connection, state: str = "", limit: int | None = None) -> list[OrderSummary]:
    """The orders, or those in this state, the newest first."""
    statement = LIST.limit(limit)
    if state == NEEDS_REVIEW:
        statement = statement.where(orders.c.review_reason != "")
    elif state:
        statement = statement.where(orders.c.review_reason == "", orders.c.payment == state)
    return [_summary(row) for row in db.execute(statement)]


def find_order_by_reference(db: Connection, name: str) -> Order | None:
    """The order that a person means by its number or its id."""
    if not name.isascii():
        return None
    number = int(name) if name.isdecimal() and len(name) <= LONGEST_NUMBER else None
    token = db.execute(FIND_TOKEN, {"wanted": name, "number": number}).scalar()
    return find_order(db, token) if token else None


def list_payable_orders(db: Connection) -> list[Order]:
    """The orders that may yet be paid, the oldest first."""
    tokens = db.execute(LIST_UNSETTLED).scalars().all()
    return [order for token in tokens if (order := find_order(db, token))]


def list_movements(db: Connection, order_id: str) -> list[StockMovement]:
    """What an order moved on the shelves, in that order."""
    return [
        StockMovement(row.isbn, row.kind, row.quantity, row.moved_at)
        for row in db.execute(LIST_MOVEMENTS, {"wanted": order_id})
    ]


def _summary(row: Any) -> OrderSummary:
    return OrderSummary(
        id=row.id,
        number=row.number,
        placed_at=row.placed_at,
        name=row.name,
        total=Money(row.total_minor, row.currency),
        payment=Payment(row.payment),
        review_reason=row.review_reason,
        paid_at=row.paid_at,
    )
