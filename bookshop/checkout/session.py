"""The order that a shopper is about to place, or has not yet paid, in the signed cookie."""

from quart import session

from bookshop.basket.session import take_out_paid
from bookshop.orders.order import Order


def current_token() -> str:
    """Return the token of this shopper's order; empty when there is none."""
    return str(session.get("order", ""))


def shopper_id(form_token: str) -> str:
    """Return this browser's own id, by which its orders are counted.

    It is the token of its first form, so that the same form sent many times at once is one shopper's.
    """
    return str(session.get("shopper", form_token))


def remember_order(token: str, form_token: str) -> None:
    """Tie an order to this shopper, so that a reload, a second tab or another attempt finds it."""
    session["order"] = token
    session["shopper"] = shopper_id(form_token)


def forget_bought(order: Order) -> None:
    """Take a paid order's books out of the basket that was bought, once."""
    take_out_paid(order.id, order.basket_id, order.quantities)
