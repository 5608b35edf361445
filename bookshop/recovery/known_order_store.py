"""Reading which payments and charges belong to orders that the database has."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, or_, select, union

from bookshop.database.pad_values import pad_values
from bookshop.orders.order import Order, PaymentState
from bookshop.orders.order_state import KEPT_BY_SHOP
from bookshop.orders.payment_attempt import AttemptState
from bookshop.orders.store import find_order_by_id
from bookshop.schema import lost_orders, orders, payment_attempts, refunds


class KnownOrder(NamedTuple):
    """An order's state of payment, and the payment that it waits for or was paid by."""

    payment: str
    review_reason: str
    intent_id: str

    @property
    def is_paid(self) -> bool:
        return self.payment == PaymentState.PAID

    @property
    def may_be_paid(self) -> bool:
        return self.payment in (PaymentState.OPEN, PaymentState.PROCESSING)

    def accounts_for(self, intent_id: str) -> bool:
        """Return whether the payment is the order's own, and known to be paid or awaited."""
        is_awaited = self.is_paid or self.may_be_paid or self.review_reason
        return bool(is_awaited) and intent_id == self.intent_id


LIST_KNOWN = (
    select(orders.c.id, orders.c.payment, orders.c.review_reason, payment_attempts.c.intent_id)
    .join(
        payment_attempts,
        (payment_attempts.c.order_id == orders.c.id) & (payment_attempts.c.state != AttemptState.CLOSED),
    )
    .where(orders.c.id.in_(bindparam("order_ids", expanding=True)))
)


def list_known_orders(db: Connection, order_ids: Iterable[str]) -> dict[str, KnownOrder]:
    """Return those of these orders that the database has, by their ids."""
    rows = db.execute(LIST_KNOWN, {"order_ids": pad_values(order_ids)})
    return {row.id: KnownOrder(row.payment, row.review_reason, row.intent_id) for row in rows}


FIND_LAST_NUMBERED = (
    select(orders.c.id).where(orders.c.number.is_not(None)).order_by(orders.c.number.desc()).limit(1)
)


def find_last_numbered(db: Connection) -> Order | None:
    """Return the order that was paid last."""
    return find_order_by_id(db, db.execute(FIND_LAST_NUMBERED).scalar() or "")


LIST_FOUND_BEFORE = select(lost_orders.c.intent_id).where(
    lost_orders.c.intent_id.in_(bindparam("intents", expanding=True)),
    lost_orders.c.recovery_id.not_in([0, bindparam("recovery")]),
)


def list_found_before(db: Connection, intents: Iterable[str], recovery_id: int) -> set[str]:
    """Return those of these payments that an earlier comparison has found."""
    values = {"intents": pad_values(intents), "recovery": recovery_id}
    return set(db.execute(LIST_FOUND_BEFORE, values).scalars())


LIST_BY_CHARGE = select(orders.c.id).where(
    orders.c.charge_id.in_(bindparam("charges", expanding=True)), orders.c.charge_id != ""
)


def list_orders_of_charges(db: Connection, charges: Collection[str]) -> list[str]:
    """Return the orders that were paid by these charges."""
    return list(db.execute(LIST_BY_CHARGE, {"charges": pad_values(charges)}).scalars())


# a dispute may have been decided since, and a bank may have sent a refund back
LIST_UNSETTLED = select(orders.c.id).where(
    orders.c.id.in_(
        union(
            select(orders.c.id).where(orders.c.dispute.not_in([*KEPT_BY_SHOP, "lost"])),
            select(refunds.c.order_id).where(
                or_(
                    refunds.c.status.in_(["requested", "pending"]),
                    refunds.c.requested_at > bindparam("refunded_after"),
                )
            ),
        )
    ),
    orders.c.payment == PaymentState.PAID,
)


def list_unsettled_orders(db: Connection, refunded_after: datetime) -> list[str]:
    """Return paid orders with an open dispute, or with a refund that may have changed since."""
    return [row.id for row in db.execute(LIST_UNSETTLED, {"refunded_after": refunded_after})]
