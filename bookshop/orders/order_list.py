"""Orders as a bookseller reads them: lists, one by number or id, and stock movements."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, and_, bindparam, func, or_, select

from bookshop.money import Money
from bookshop.orders.order import NEEDS_REVIEW, Order, PaymentState
from bookshop.orders.order_state import PARTLY_REFUNDED, REFUNDED, order_state
from bookshop.orders.store import find_order
from bookshop.schema import orders, refunds, shopper_requests, stock_movements
from bookshop.trade.typed_text import normalize_code

# PostgreSQL's integers end soon after, and so do the numbers of any shop
MAX_NUMBER_DIGITS = 9


@dataclass(frozen=True, slots=True)
class OrderSummary:
    """An order in one line, without the shopper's email and the token that opens the receipt."""

    id: str
    number: int | None
    placed_at: datetime
    name: str
    total: Money
    payment: PaymentState
    review_reason: str
    paid_at: datetime | None
    refunded_minor: int = 0
    dispute: str = ""
    fraud_warning: str = ""

    @property
    def refunded(self) -> Money:
        """What has gone back or is on its way."""
        return Money(self.refunded_minor, self.total.currency)

    @property
    def state(self) -> str:
        """One of STATES."""
        return order_state(self.payment, self.review_reason, self.total, self.refunded)


# has gone back or is on its way
REFUNDED_MINOR = (
    select(func.coalesce(func.sum(refunds.c.amount_minor), 0))
    .where(refunds.c.order_id == orders.c.id, refunds.c.status != "failed")
    .scalar_subquery()
)
# as order_state() has it
REFUND_CONDITIONS: dict[str, ColumnElement[bool]] = {
    PaymentState.PAID: REFUNDED_MINOR == 0,
    PARTLY_REFUNDED: and_(REFUNDED_MINOR > 0, orders.c.total_minor > REFUNDED_MINOR),
    REFUNDED: and_(REFUNDED_MINOR > 0, orders.c.total_minor <= REFUNDED_MINOR),
}

# staff have yet to answer their shoppers
ASKED_ABOUT = select(shopper_requests.c.order_id).where(shopper_requests.c.closed_at.is_(None))

LIST_ORDERS = select(
    orders.c.id,
    orders.c.number,
    orders.c.placed_at,
    orders.c.name,
    orders.c.total_minor,
    orders.c.currency,
    orders.c.payment,
    orders.c.review_reason,
    orders.c.paid_at,
    orders.c.dispute,
    orders.c.fraud_warning,
    REFUNDED_MINOR.label("refunded_minor"),
).order_by(orders.c.placed_at.desc(), orders.c.id)


def list_orders(db: Connection, state: str = "", limit: int | None = None) -> list[OrderSummary]:
    """Return the orders, or those in this state, the newest first."""
    statement = LIST_ORDERS.limit(limit)
    if state == NEEDS_REVIEW:
        statement = statement.where(or_(orders.c.review_reason != "", orders.c.id.in_(ASKED_ABOUT)))
    elif state in REFUND_CONDITIONS:
        statement = statement.where(
            orders.c.review_reason == "", orders.c.payment == PaymentState.PAID, REFUND_CONDITIONS[state]
        )
    elif state:
        statement = statement.where(orders.c.review_reason == "", orders.c.payment == state)
    return [to_summary(row) for row in db.execute(statement)]


def to_summary(row: Any) -> OrderSummary:
    return OrderSummary(
        id=row.id,
        number=row.number,
        placed_at=row.placed_at,
        name=row.name,
        total=Money(row.total_minor, row.currency),
        payment=PaymentState(row.payment),
        review_reason=row.review_reason,
        paid_at=row.paid_at,
        refunded_minor=int(row.refunded_minor),
        dispute=row.dispute,
        fraud_warning=row.fraud_warning,
    )


FIND_TOKEN = select(orders.c.token).where(
    or_(orders.c.id == bindparam("order_id"), orders.c.number == bindparam("order_number", type_=Integer))
)


def find_order_by_reference(db: Connection, reference: str) -> Order | None:
    """Return the order with this number or id."""
    reference = normalize_code(reference)
    if not reference.isascii():
        return None
    is_number = reference.isdecimal() and len(reference) <= MAX_NUMBER_DIGITS
    values = {"order_id": reference, "order_number": int(reference) if is_number else None}
    token = db.execute(FIND_TOKEN, values).scalar()
    return find_order(db, token) if token else None


LIST_PAYABLE = (
    select(orders.c.token)
    .where(orders.c.payment.in_([PaymentState.OPEN, PaymentState.PROCESSING]))
    .order_by(orders.c.placed_at, orders.c.id)
)


def list_payable_orders(db: Connection) -> list[Order]:
    """Return the orders that may yet be paid, the oldest first."""
    tokens = db.execute(LIST_PAYABLE).scalars().all()
    return [order for token in tokens if (order := find_order(db, token))]


@dataclass(frozen=True, slots=True)
class StockMovement:
    """Copies of a book that an order moved."""

    isbn: str
    kind: str
    quantity: int
    moved_at: datetime


LIST_ORDER_MOVEMENTS = (
    select(
        stock_movements.c.isbn,
        stock_movements.c.kind,
        stock_movements.c.quantity,
        stock_movements.c.moved_at,
    )
    .where(stock_movements.c.order_id == bindparam("order_id"))
    .order_by(stock_movements.c.id)
)


def list_movements(db: Connection, order_id: str) -> list[StockMovement]:
    """Return the stock movements of an order, the oldest first."""
    return [
        StockMovement(row.isbn, row.kind, row.quantity, row.moved_at)
        for row in db.execute(LIST_ORDER_MOVEMENTS, {"order_id": order_id})
    ]
