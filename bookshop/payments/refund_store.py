"""Storing refunds, and what else happens to a payment after it is made."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, or_, select

from bookshop.money import Money
from bookshop.payments.refund import Refund, RefundStatus
from bookshop.schema import orders, refunds
from bookshop.schema.columns import TIMESTAMP

MAX_FAILURE_CHARS = 64

ADD_REFUND = refunds.insert()


def add_refund(db: Connection, refund: Refund) -> None:
    """Write a refund."""
    db.execute(
        ADD_REFUND,
        {
            "id": refund.id,
            "order_id": refund.order_id,
            "reason": refund.reason,
            "requested_at": refund.requested_at,
            **_response_values(refund),
        },
    )


SET_REFUND = refunds.update().where(refunds.c.id == bindparam("key"))


def set_refund(db: Connection, refund: Refund) -> None:
    """Write the state of a refund."""
    db.execute(SET_REFUND.values(_response_values(refund)), {"key": refund.id})


def _response_values(refund: Refund) -> dict[str, str | int | bool]:
    return {
        "amount_minor": refund.amount.minor,
        "stripe_refund_id": refund.stripe_refund_id,
        "status": refund.status,
        "failure": refund.failure[:MAX_FAILURE_CHARS],
        "needs_review": refund.needs_review,
    }


LIST_REFUNDS = (
    select(refunds, orders.c.currency)
    .join(orders, orders.c.id == refunds.c.order_id)
    .where(refunds.c.order_id == bindparam("order_id"))
    .order_by(refunds.c.requested_at, refunds.c.id)
)


def list_refunds(db: Connection, order_id: str) -> list[Refund]:
    """Return an order's refunds, the oldest first."""
    return [
        Refund(
            id=row.id,
            order_id=row.order_id,
            amount=Money(row.amount_minor, row.currency),
            reason=row.reason,
            requested_at=row.requested_at,
            status=RefundStatus(row.status),
            stripe_refund_id=row.stripe_refund_id,
            failure=row.failure,
            needs_review=row.needs_review,
        )
        for row in db.execute(LIST_REFUNDS, {"order_id": order_id})
    ]


_DUE_AT = bindparam("new_due_at", type_=TIMESTAMP)
SET_DISPUTE_AND_WARNING = (
    orders.update()
    .where(
        orders.c.id == bindparam("order_id"),
        or_(
            orders.c.dispute != bindparam("new_dispute"),
            orders.c.fraud_warning != bindparam("new_warning"),
            orders.c.dispute_due_at.is_distinct_from(_DUE_AT),
        ),
    )
    .values(dispute=bindparam("new_dispute"), fraud_warning=bindparam("new_warning"), dispute_due_at=_DUE_AT)
)


def set_dispute_and_warning(
    db: Connection, order_id: str, dispute: str, fraud_warning: str, due_at: datetime | None = None
) -> None:
    """Write the dispute of an order's payment with its deadline, and the fraud warning."""
    values = {
        "order_id": order_id,
        "new_dispute": dispute,
        "new_warning": fraud_warning,
        "new_due_at": due_at,
    }
    db.execute(SET_DISPUTE_AND_WARNING, values)
