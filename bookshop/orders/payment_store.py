"""Writing the state of an order's payment, its open intent and the one that this supersedes."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, select

from bookshop.money import Money
from bookshop.orders.order import Order
from bookshop.orders.store import payment_values
from bookshop.schema import counters, orders, refunds

# the process that moves `refreshed_at` on may read Stripe; the others use what it finds
CLAIM_REFRESH = (
    orders.update()
    .where(orders.c.id == bindparam("order_id"), orders.c.refreshed_at <= bindparam("last_before"))
    .values(refreshed_at=bindparam("now"))
)


def claim_refresh(db: Connection, order_id: str, now: datetime, interval: timedelta) -> bool:
    """Return whether the caller may read Stripe now: one caller may, in each interval."""
    values = {"order_id": order_id, "now": now, "last_before": now - interval}
    return db.execute(CLAIM_REFRESH, values).rowcount == 1


SET_INTENT = (
    orders.update()
    .where(
        orders.c.id == bindparam("order_id"),
        orders.c.intent_version == bindparam("version"),
        orders.c.payment == "open",
        orders.c.superseded_intent_id == "",
        # one open payment at a time: the first that is stored is kept
        orders.c.intent_id.in_(["", bindparam("new_intent_id")]),
    )
    .values(intent_id=bindparam("new_intent_id"), intent_status=bindparam("status"))
)


def set_intent(db: Connection, order: Order, intent_id: str, status: str) -> bool:
    """Store the payment that pays the order; False when the order may no longer have it."""
    values = {
        "order_id": order.id,
        "version": order.intent_version,
        "new_intent_id": intent_id,
        "status": status,
    }
    return db.execute(SET_INTENT, values).rowcount == 1


DISCARD_INTENT = (
    orders.update()
    .where(
        orders.c.id == bindparam("order_id"),
        orders.c.intent_version == bindparam("version"),
        orders.c.intent_id == bindparam("old_intent_id"),
    )
    .values(intent_id="", intent_status="", failure="", intent_version=bindparam("version") + 1)
)


def discard_intent(db: Connection, order: Order) -> None:
    """Forget the stored payment, once, and count the version up for the next one."""
    values = {"order_id": order.id, "version": order.intent_version, "old_intent_id": order.intent_id}
    db.execute(DISCARD_INTENT, values)


SET_PAYMENT = orders.update().where(orders.c.id == bindparam("order_id"))


def set_payment(db: Connection, order: Order) -> None:
    """Write the state of the payment."""
    db.execute(SET_PAYMENT.values(payment_values(order)), {"order_id": order.id})


# stored before the payment is cancelled at Stripe, so that a crash in between opens no second one
SUPERSEDE_INTENT = (
    orders.update()
    .where(
        orders.c.id == bindparam("order_id"),
        orders.c.payment == "open",
        orders.c.intent_id == bindparam("old_intent_id"),
        orders.c.superseded_intent_id == "",
    )
    .values(
        superseded_intent_id=orders.c.intent_id,
        intent_id="",
        intent_status="",
        failure="",
        intent_version=orders.c.intent_version + 1,
    )
)


def supersede_intent(db: Connection, order: Order) -> None:
    """Mark the order's open payment as the one to be cancelled at Stripe."""
    db.execute(SUPERSEDE_INTENT, {"order_id": order.id, "old_intent_id": order.intent_id})


CLEAR_SUPERSEDED_INTENT = (
    orders.update()
    .where(orders.c.id == bindparam("order_id"), orders.c.superseded_intent_id == bindparam("old_intent_id"))
    .values(superseded_intent_id="")
)


def clear_superseded_intent(db: Connection, order: Order) -> None:
    """Note that Stripe has cancelled the superseded payment."""
    values = {"order_id": order.id, "old_intent_id": order.superseded_intent_id}
    db.execute(CLEAR_SUPERSEDED_INTENT, values)


RESTORE_SUPERSEDED_INTENT = (
    orders.update()
    .where(orders.c.id == bindparam("order_id"), orders.c.superseded_intent_id == bindparam("old_intent_id"))
    .values(intent_id=orders.c.superseded_intent_id, superseded_intent_id="")
)


def restore_superseded_intent(db: Connection, order: Order) -> None:
    """Make the superseded payment the open one again, since Stripe would not cancel it."""
    values = {"order_id": order.id, "old_intent_id": order.superseded_intent_id}
    db.execute(RESTORE_SUPERSEDED_INTENT, values)


NEXT_NUMBER = (
    counters.update()
    .where(counters.c.name == "order")
    .values(value=counters.c.value + 1)
    .returning(counters.c.value)
)


def take_number(db: Connection) -> int:
    """Return the next order number; only paid orders get one, so that there are no gaps."""
    number: int = db.execute(NEXT_NUMBER).scalar_one()
    return number


SUM_REFUNDED = select(func.coalesce(func.sum(refunds.c.amount_minor), 0)).where(
    refunds.c.order_id == bindparam("order_id"), refunds.c.status.in_(["pending", "succeeded"])
)


def find_refunded(db: Connection, order: Order) -> Money:
    """Return how much is refunded or pending at Stripe."""
    minor = int(db.execute(SUM_REFUNDED, {"order_id": order.id}).scalar_one())
    return Money(minor, order.total.currency)
