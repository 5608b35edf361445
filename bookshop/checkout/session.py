"""Which order this shopper is about to place, or has placed and not yet paid."""

import secrets

from quart import session

from bookshop.basket.basket import Basket
from bookshop.basket.session import load_basket, save_basket
from bookshop.orders.order import Order


def current_token() -> str:
    """The token of this shopper's order; empty when there is none."""
    return str(session.get("order", ""))


def shopper_name() -> str:
    """A name of this browser's own, by which its orders are counted."""
    return str(session.setdefault("shopper", secrets.token_urlsafe(9)))


def remember_order(token: str, *, from_basket: bool) -> None:
    """Tie an order to this shopper, so that a reload, a second tab or another try finds it."""
    session["order"] = token
    session["order_from_basket"] = from_basket


def bought_alone(order: Order) -> str:
    """The ISBN of a book that was bought past the basket; empty when the basket was what was bought."""
    if current_token() != order.token or session.get("order_from_basket", True):
        return ""
    return order.lines[0].isbn


def forget_bought(order: Order) -> None:
    """Take what was bought out of the basket, once, unless the basket was not what was bought."""
    if current_token() != order.token:
        return
    session.pop("order")
    if session.pop("order_from_basket", False):
        left = {isbn: n - order.quantities.get(isbn, 0) for isbn, n in load_basket().quantities.items()}
        save_basket(Basket({isbn: n for isbn, n in left.items() if n > 0}))
