"""The order that a shopper is about to place, or has not yet paid, in the signed cookie."""

import secrets

from quart import session

from bookshop.basket.basket import Basket
from bookshop.basket.session import load_basket, save_basket
from bookshop.orders.order import Order

SHOPPER_ID_BYTES = 9


def current_token() -> str:
    """Return the token of this shopper's order; empty when there is none."""
    return str(session.get("order", ""))


def shopper_id() -> str:
    """Return this browser's own id, by which its orders are counted."""
    return str(session.setdefault("shopper", secrets.token_urlsafe(SHOPPER_ID_BYTES)))


def remember_order(token: str, *, from_basket: bool) -> None:
    """Tie an order to this shopper, so that a reload, a second tab or another attempt finds it."""
    session["order"] = token
    session["order_from_basket"] = from_basket


def single_item(order: Order) -> str:
    """Return the ISBN of a book bought without the basket; empty when the basket was bought."""
    if current_token() != order.token or session.get("order_from_basket", True):
        return ""
    return order.lines[0].isbn


def forget_bought(order: Order) -> None:
    """Take a paid order's books out of the basket, once, if the basket was bought."""
    if current_token() != order.token:
        return
    session.pop("order")
    if session.pop("order_from_basket", False):
        left = {isbn: n - order.quantities.get(isbn, 0) for isbn, n in load_basket().quantities.items()}
        save_basket(Basket({isbn: n for isbn, n in left.items() if n > 0}))
