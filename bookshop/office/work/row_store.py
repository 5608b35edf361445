"""Reading the orders of a list: two statements, however many there are."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection, String, and_, bindparam, func, select

from bookshop.database import AnyRow
from bookshop.database.pad_values import pad_values
from bookshop.fulfilment.copies import LineCopies
from bookshop.fulfilment.copy_store import to_copies
from bookshop.money import Money
from bookshop.office.work.row import Row, RowBook
from bookshop.orders.order import Delivery, PaymentState
from bookshop.orders.order_list import REFUNDED_MINOR
from bookshop.schema import order_copies, order_lines, orders, shopper_requests, timeline
from bookshop.shopper_requests.request import RequestKind

IDS = bindparam("order_ids", type_=String, expanding=True)
_VERSION = select(func.max(timeline.c.version)).where(timeline.c.order_id == orders.c.id).scalar_subquery()
_REQUEST = (
    select(shopper_requests.c.kind)
    .where(shopper_requests.c.order_id == orders.c.id, shopper_requests.c.closed_at.is_(None))
    # a withdrawal before a change
    .order_by(shopper_requests.c.kind.desc())
    .limit(1)
    .scalar_subquery()
)
READ_ORDERS = select(
    orders.c.id,
    orders.c.number,
    orders.c.placed_at,
    orders.c.paid_at,
    orders.c.name,
    orders.c.delivery,
    orders.c.postcode,
    orders.c.city,
    orders.c.payment,
    orders.c.review_reason,
    orders.c.dispute,
    orders.c.fraud_warning,
    orders.c.total_minor,
    orders.c.currency,
    _VERSION.label("version"),
    REFUNDED_MINOR.label("refunded_minor"),
    _REQUEST.label("request"),
).where(orders.c.id.in_(IDS))
READ_LINES = (
    select(
        order_lines.c.title,
        order_lines.c.byline,
        order_lines.c.quantity,
        order_lines.c.isbn.label("line_isbn"),
        order_lines.c.order_id.label("line_order"),
        order_lines.c.not_before.label("day_of_sale"),
        order_copies,
    )
    .join(
        order_copies,
        and_(
            order_copies.c.order_id == order_lines.c.order_id,
            order_copies.c.position == order_lines.c.position,
        ),
        isouter=True,
    )
    .where(order_lines.c.order_id.in_(IDS))
    .order_by(order_lines.c.order_id, order_lines.c.position)
)


def read_rows(db: Connection, order_ids: Sequence[str]) -> list[Row]:
    """Return these orders as rows, in this order."""
    if not order_ids:
        return []
    values = {"order_ids": pad_values(order_ids)}
    books: defaultdict[str, list[RowBook]] = defaultdict(list)
    copies: defaultdict[str, list[LineCopies]] = defaultdict(list)
    for line in db.execute(READ_LINES, values):
        books[line.line_order].append(
            RowBook(line.line_isbn, line.title, line.byline, line.quantity, line.day_of_sale)
        )
        if line.order_id:
            copies[line.order_id].append(to_copies(line))
    rows = {row.id: row for row in db.execute(READ_ORDERS, values)}
    return [
        to_row(rows[order_id], books[order_id], copies[order_id])
        for order_id in order_ids
        if order_id in rows
    ]


def to_row(row: AnyRow, books: list[RowBook], copies: list[LineCopies]) -> Row:
    return Row(
        id=row.id,
        number=row.number,
        version=row.version or 0,
        placed_at=row.placed_at,
        paid_at=row.paid_at,
        name=row.name,
        delivery=Delivery(row.delivery),
        place=" ".join(filter(None, (row.postcode, row.city))),
        payment=PaymentState(row.payment),
        review_reason=row.review_reason,
        dispute=row.dispute,
        fraud_warning=row.fraud_warning,
        total=Money(row.total_minor, row.currency),
        refunded=Money(int(row.refunded_minor), row.currency),
        request=RequestKind(row.request) if row.request else None,
        books=tuple(books),
        copies=tuple(copies),
    )
