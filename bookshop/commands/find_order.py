"""Find the order that a command names."""

import click

from bookshop.database import Database
from bookshop.orders.order import Order
from bookshop.orders.order_list import find_order_by_reference


async def find_order_or_exit(database: Database, name: str) -> Order:
    """Return the order with this number or id; raises ClickException."""
    order = await database.read(find_order_by_reference, name)
    if order is None:
        raise click.ClickException(
            f"No order has the number or id {name!r}. `bookshop orders` lists the orders."
        )
    return order
