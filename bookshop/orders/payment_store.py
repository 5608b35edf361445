"""Writing the state of an order's payment."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, exists, or_

from bookshop.orders.order import Order
from bookshop.orders.order_row import payment_values
from bookshop.schema import counters, orders, recoveries

# the process that moves `refreshed_at` may read Stripe; the others use what it finds. A time that lies ahead
# by more than an interval was written before the clock was set back.
CLAIM_REFRESH = (
    orders.update()
    .where(
        orders.c.id == bindparam("order_id"),
        or_(
            orders.c.refreshed_at <= bindparam("last_before"),
            orders.c.refreshed_at >= bindparam("first_after"),
        ),
    )
    .values(refreshed_at=bindparam("now"))
)


def claim_refresh(db: Connection, order_id: str, now: datetime, interval: timedelta) -> bool:
    """Return whether the caller may read Stripe now: one caller may, in each interval."""
    values = {"order_id": order_id, "now": now, "last_before": now - interval, "first_after": now + interval}
    return db.execute(CLAIM_REFRESH, values).rowcount == 1


SET_PAYMENT = orders.update().where(orders.c.id == bindparam("order_id"))


def set_payment(db: Connection, order: Order) -> None:
    """Write the state of the payment."""
    db.execute(SET_PAYMENT.values(payment_values(order)), {"order_id": order.id})


# a restored database counts first how many numbers were given after the backup
_MAY_NUMBER = ~exists().where(recoveries.c.skipped_to.is_(None))
NEXT_NUMBER = (
    counters.update()
    .where(counters.c.name == "order", _MAY_NUMBER)
    .values(value=counters.c.value + 1)
    .returning(counters.c.value)
)


def take_number(db: Connection) -> int | None:
    """Return the next order number; only paid orders get one, so that there are no gaps.

    None while it is unknown which numbers were given before the database was restored.
    """
    return db.execute(NEXT_NUMBER).scalar()
