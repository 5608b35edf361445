"""Reading what a person must look at: one statement for all kinds."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Integer, Select, cast, func, literal, null, select, union_all

from bookshop.fulfilment.order_conditions import WAS_PAID_BEFORE
from bookshop.fulfilment.work_list import IS_OPEN, MAY_NEED_REVIEW, NEED_RESPONSE, REFUND_NEEDS_REVIEW
from bookshop.mail.mail import MailState
from bookshop.mail.mail_list import NOT_SENT
from bookshop.money import Money
from bookshop.orders.order_state import DisputeStage
from bookshop.schema import lost_orders, mails, orders, refunds, shopper_requests
from bookshop.shopper_requests.request import RequestKind

# of each kind; the list of orders to review has them all
MAX_OF_KIND = 5


class ReviewKind(StrEnum):
    """Why a person must look at an order, the most urgent first."""

    DISPUTE = "dispute"
    LOST_ORDER = "lost_order"
    PAYMENT = "payment"
    FRAUD_WARNING = "fraud_warning"
    DISPUTE_LOST = "dispute_lost"
    WITHDRAWAL = "withdrawal"
    REFUND_FAILED = "refund_failed"
    REFUND_AT_STRIPE = "refund_at_stripe"
    CHANGE = "change"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """Something to look at; `about` is the address of a mail, or who asks for something.

    `due_at` is by when a dispute must be answered. A mail may be about no order.
    """

    kind: ReviewKind
    order_id: str
    number: int | None
    amount: Money | None
    about: str
    due_at: datetime | None


ORDER = (orders.c.id, orders.c.number, orders.c.currency, orders.c.dispute_due_at)


def _of_orders(kind: ReviewKind, *conditions: Any, order_by: Any = orders.c.placed_at) -> Select[Any]:
    about = orders.c.name.label("about")
    statement = select(literal(kind.value).label("kind"), *ORDER, orders.c.total_minor.label("minor"), about)
    return statement.where(MAY_NEED_REVIEW, *conditions).order_by(order_by).limit(MAX_OF_KIND)


def _of_refunds(kind: ReviewKind, condition: Any) -> Select[Any]:
    about = orders.c.name.label("about")
    statement = select(
        literal(kind.value).label("kind"), *ORDER, refunds.c.amount_minor.label("minor"), about
    )
    found = statement.join_from(refunds, orders, orders.c.id == refunds.c.order_id)
    return found.where(REFUND_NEEDS_REVIEW, condition).order_by(refunds.c.requested_at).limit(MAX_OF_KIND)


def _of_requests(kind: ReviewKind, asked: RequestKind) -> Select[Any]:
    about = shopper_requests.c.name.label("about")
    statement = select(literal(kind.value).label("kind"), *ORDER, orders.c.total_minor.label("minor"), about)
    found = statement.join_from(
        shopper_requests, orders, orders.c.id == shopper_requests.c.order_id, isouter=True
    )
    is_open = (shopper_requests.c.closed_at.is_(None), shopper_requests.c.kind == asked)
    return found.where(*is_open).order_by(shopper_requests.c.received_at).limit(MAX_OF_KIND)


def _of_mails() -> Select[Any]:
    has_failed = mails.c.state.in_([MailState.FAILED, MailState.UNCERTAIN])
    failed = select(mails).where(NOT_SENT, has_failed).order_by(mails.c.id)
    # PostgreSQL would look up the orders of all, and after an hour without a server there are many
    first = failed.limit(MAX_OF_KIND).subquery()
    kind, about = literal(ReviewKind.MAIL.value).label("kind"), first.c.recipient.label("about")
    statement = select(kind, *ORDER, orders.c.total_minor.label("minor"), about)
    found = statement.join_from(first, orders, orders.c.id == first.c.order_id, isouter=True)
    return found.order_by(first.c.id)


def _of_lost_orders() -> Select[Any]:
    """Return orders that a restored database does not have; they have no page and no number."""
    shopper = func.coalesce(func.nullif(lost_orders.c.name, ""), lost_orders.c.email)
    found = select(
        literal(ReviewKind.LOST_ORDER.value).label("kind"),
        literal("").label("id"),
        cast(null(), Integer).label("number"),
        lost_orders.c.currency,
        lost_orders.c.dispute_due_at,
        lost_orders.c.amount_minor.label("minor"),
        shopper.label("about"),
    )
    return found.where(lost_orders.c.done_at.is_(None)).order_by(lost_orders.c.paid_at).limit(MAX_OF_KIND)


LIST_ITEMS = union_all(
    *(
        select(found.subquery())
        for found in (
            _of_orders(
                ReviewKind.DISPUTE,
                orders.c.dispute.in_(NEED_RESPONSE),
                order_by=orders.c.dispute_due_at,
            ),
            _of_lost_orders(),
            _of_orders(ReviewKind.PAYMENT, orders.c.review_reason != ""),
            _of_orders(ReviewKind.FRAUD_WARNING, orders.c.fraud_warning != "", IS_OPEN),
            _of_orders(
                ReviewKind.DISPUTE_LOST, orders.c.dispute == DisputeStage.LOST, IS_OPEN, ~WAS_PAID_BEFORE
            ),
            _of_requests(ReviewKind.WITHDRAWAL, RequestKind.WITHDRAWAL),
            _of_refunds(ReviewKind.REFUND_FAILED, refunds.c.status == "failed"),
            _of_refunds(ReviewKind.REFUND_AT_STRIPE, refunds.c.status != "failed"),
            _of_requests(ReviewKind.CHANGE, RequestKind.CHANGE),
            _of_mails(),
        )
    )
)


def list_review_items(db: Connection) -> list[ReviewItem]:
    """Return what a person must look at, the most urgent kinds first, a few of each."""
    items = [
        ReviewItem(
            ReviewKind(row.kind),
            row.id or "",
            row.number,
            Money(row.minor, row.currency) if row.currency else None,
            row.about,
            row.dispute_due_at,
        )
        for row in db.execute(LIST_ITEMS)
    ]
    return sorted(items, key=lambda item: list(ReviewKind).index(item.kind))
