"""The basket in the signed session cookie, and its count in a cookie that scripts may read."""

import secrets
from collections.abc import Mapping

from quart import after_this_request, current_app, session
from quart.typing import ResponseTypes

from bookshop.basket.basket import Basket
from bookshop.web.security import cookie_name

COUNT_COOKIE = "basket-count"
BASKET_ID_BYTES = 9
# bounds the size of the cookie, which ends with the browser's session
MAX_TAKEN_OUT = 10


def load_basket() -> Basket:
    """Return this shopper's basket."""
    return Basket(dict(session.get("basket", ())))


def save_basket(basket: Basket) -> None:
    """Store the basket in the session, and its count for public pages."""
    # pairs, since the session's JSON sorts the keys of a mapping
    session["basket"] = list(basket.quantities.items())
    is_secure = current_app.config["SESSION_COOKIE_SECURE"]
    name = cookie_name(COUNT_COOKIE, is_https=is_secure)

    @after_this_request
    async def set_count_cookie(response: ResponseTypes) -> ResponseTypes:
        response.set_cookie(name, str(basket.count), samesite="Lax", secure=is_secure)
        return response


def is_kept() -> bool:
    """Return whether the browser has sent a basket, if only an empty one: it keeps our cookies."""
    return "basket" in session


def basket_id() -> str:
    """Return the id of this browser's basket; a new one is stored in the session."""
    return str(session.setdefault("basket_id", secrets.token_urlsafe(BASKET_ID_BYTES)))


def take_out_paid(order_id: str, basket_id: str, quantities: Mapping[str, int]) -> None:
    """Take the books of a paid order out of the basket that it was made of, once.

    Basket and list are in one cookie: of two tabs that write it at once, neither leaves the one without the
    other.
    """
    taken_out = session.get("taken_out", [])
    if basket_id and basket_id == session.get("basket_id") and order_id not in taken_out:
        session["taken_out"] = [*taken_out, order_id][-MAX_TAKEN_OUT:]
        save_basket(load_basket().without(quantities))
