"""Begin with a paid order: its reserved copies stay on the shelf until they are packed."""

from datetime import datetime

from sqlalchemy import Connection

from bookshop.fulfilment.copies import first_copies
from bookshop.fulfilment.copy_store import add_copies
from bookshop.orders.order import Order


def begin_fulfilment(db: Connection, order: Order, paid_at: datetime) -> None:
    """Store where the copies of an order are, in the transaction that makes it paid."""
    add_copies(db, order, first_copies(order, paid_at))
