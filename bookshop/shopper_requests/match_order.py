"""Find the order that a shopper names by its number and email address."""

from sqlalchemy import Connection

from bookshop.orders.email_address import email_key
from bookshop.orders.order import Order
from bookshop.orders.order_list import find_order_by_reference


def match_order(db: Connection, number: str, email: str) -> Order | None:
    """Return the order with this number, if it was placed with this address."""
    order = find_order_by_reference(db, number) if number else None
    if order is None or order.number is None or email_key(order.email) != email_key(email):
        return None
    return order
