"""The orders that a shopper has placed before, of which at most one waits to be paid."""

from sqlalchemy import Connection, bindparam, or_, select

from bookshop.orders.order import Order, PaymentState
from bookshop.orders.store import find_order
from bookshop.schema import orders

LIST_EARLIER = select(orders.c.token).where(
    or_(
        orders.c.token.in_([bindparam("form_token"), bindparam("cookie_token")]),
        orders.c.shopper_hash == bindparam("shopper"),
    )
)


def find_earlier_orders(
    db: Connection, shopper_hash: str | None, form_token: str, cookie_token: str = ""
) -> list[Order]:
    """Return the orders of a form and of its shopper's cookie, and the shopper's current one."""
    values = {"form_token": form_token, "cookie_token": cookie_token, "shopper": shopper_hash}
    tokens = db.execute(LIST_EARLIER, values).scalars().all()
    return [order for token in tokens if (order := find_order(db, token))]


DETACH_SETTLED = (
    orders.update()
    .where(
        orders.c.shopper_hash == bindparam("shopper"),
        or_(orders.c.payment != PaymentState.OPEN, orders.c.review_reason != ""),
    )
    .values(shopper_hash=None)
)


def detach_settled_orders(db: Connection, shopper_hash: str | None) -> None:
    """Let the shopper have another order after one that does not wait to be paid."""
    db.execute(DETACH_SETTLED, {"shopper": shopper_hash})


DETACH_ORDER = orders.update().where(orders.c.id == bindparam("order_id")).values(shopper_hash=None)


def detach_order(db: Connection, order_id: str) -> None:
    """Let the shopper have another order beside this one."""
    db.execute(DETACH_ORDER, {"order_id": order_id})
