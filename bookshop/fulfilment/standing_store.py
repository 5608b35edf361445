"""Reading how orders stand."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, func, select

from bookshop.database.pad_values import pad_values
from bookshop.fulfilment.copy_store import list_copies, list_copies_of
from bookshop.fulfilment.rules import Standing
from bookshop.fulfilment.timeline import Entry
from bookshop.fulfilment.timeline_store import find_version
from bookshop.money import Money
from bookshop.orders.order import Order
from bookshop.schema import refunds

SUM_REFUNDED = select(func.coalesce(func.sum(refunds.c.amount_minor), 0)).where(
    refunds.c.order_id == bindparam("order_id"), refunds.c.status != "failed"
)


def find_standing(db: Connection, order: Order) -> Standing:
    """Return how an order stands."""
    refunded: int = db.execute(SUM_REFUNDED, {"order_id": order.id}).scalar_one()
    return Standing(
        order,
        find_version(db, order.id),
        list_copies(db, order.id),
        Money(int(refunded), order.total.currency),
    )


SUM_REFUNDED_OF_ORDERS = (
    select(refunds.c.order_id, func.sum(refunds.c.amount_minor).label("minor"))
    .where(refunds.c.order_id.in_(bindparam("order_ids", expanding=True)), refunds.c.status != "failed")
    .group_by(refunds.c.order_id)
)


def list_standings(
    db: Connection, orders: Sequence[Order], entries: Mapping[str, Sequence[Entry]]
) -> list[Standing]:
    """Return how these orders stand, with their entries by their ids."""
    ids = [order.id for order in orders]
    copies = list_copies_of(db, ids)
    rows = db.execute(SUM_REFUNDED_OF_ORDERS, {"order_ids": pad_values(ids)})
    refunded = {row.order_id: int(row.minor) for row in rows}
    return [
        Standing(
            order,
            entries[order.id][-1].version if order.id in entries else 0,
            copies.get(order.id, ()),
            Money(refunded.get(order.id, 0), order.total.currency),
        )
        for order in orders
    ]
