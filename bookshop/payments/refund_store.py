"""The statements on refunds, and on what else becomes of a payment after it is made."""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, or_, select

from bookshop.money import Money
from bookshop.payments.refund import Refund, RefundStatus
from bookshop.schema import orders, refunds, stock_movements

LONGEST_FAILURE = 64

ADD_REFUND = refunds.insert()
SET_REFUND = refunds.update().where(refunds.c.id == bindparam("wanted"))
LIST_REFUNDS = (
    select(refunds, orders.c.currency)
    .join(orders, orders.c.id == refunds.c.order_id)
    .where(refunds.c.order_id == bindparam("wanted"))
    .order_by(refunds.c.requested_at, refunds.c.id)
)
LIST_RETURNED = (
    select(stock_movements.c.reason, stock_movements.c.isbn, stock_movements.c.quantity)
    .join(refunds, refunds.c.id == stock_movements.c.reason)
    .where(stock_movements.c.kind == "returned", refunds.c.order_id == bindparam("wanted"))
)
SET_MARKS = (
    orders.update()
    .where(
        orders.c.id == bindparam("wanted"),
        or_(orders.c.dispute != bindparam("said"), orders.c.fraud_warning != bindparam("warned")),
    )
    .values(dispute=bindparam("said"), fraud_warning=bindparam("warned"))
)


def add_refund(db: Connection, refund: Refund) -> None:
    """Write a refund."""
    db.execute(
        ADD_REFUND,
        {
            "id": refund.id,
            "order_id": refund.order_id,
            "amount_minor": refund.amount.minor,
            "reason": refund.reason,
            "requested_at": refund.requested_at,
            **_answer_values(refund),
        },
    )


def set_refund(db: Connection, refund: Refund) -> None:
    """Write what became of a refund."""
    values = {"amount_minor": refund.amount.minor, **_answer_values(refund)}
    db.execute(SET_REFUND.values(values), {"wanted": refund.id})


def list_refunds(db: Connection, order_id: str) -> list[Refund]:
    """An order's refunds, the oldest first."""
    return [
        Refund(
            id=row.id,
            order_id=row.order_id,
            amount=Money(row.amount_minor, row.currency),
            reason=row.reason,
            requested_at=row.requested_at,
            status=RefundStatus(row.status),
            refund_id=row.refund_id,
            failure=row.failure,
        )
        for row in db.execute(LIST_REFUNDS, {"wanted": order_id})
    ]


def list_returned(db: Connection, order_id: str) -> Mapping[str, dict[str, int]]:
    """The copies that each of an order's refunds put back: by the refund's id, then by ISBN."""
    returned: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for row in db.execute(LIST_RETURNED, {"wanted": order_id}):
        returned[row.reason][row.isbn] = row.quantity
    return returned


def set_dispute_and_warning(db: Connection, order_id: str, dispute: str, fraud_warning: str) -> None:
    """Note on the order what the card's owner or bank says of its payment."""
    db.execute(SET_MARKS, {"wanted": order_id, "said": dispute, "warned": fraud_warning})


def _answer_values(refund: Refund) -> dict[str, str]:
    return {
        "refund_id": refund.refund_id,
        "status": refund.status,
        "failure": refund.failure[:LONGEST_FAILURE],
    }
