"""The basket in the signed session cookie, and its count in a cookie that scripts may read."""

from typing import Any

from quart import after_this_request, current_app, session
from quart.typing import ResponseTypes

from bookshop.basket.basket import Basket

COUNT_COOKIE = "basket-count"


def load_basket() -> Basket:
    """Return this shopper's basket."""
    return Basket(dict(session.get("basket", ())))


def save_basket(basket: Basket) -> None:
    """Store the basket in the session, and its count for public pages."""
    # pairs, since the session's JSON sorts the keys of a mapping
    session["basket"] = list(basket.quantities.items())
    is_secure = current_app.config["SESSION_COOKIE_SECURE"]

    @after_this_request
    async def set_count_cookie(response: ResponseTypes) -> ResponseTypes:
        response.set_cookie(COUNT_COOKIE, str(basket.count), samesite="Lax", secure=is_secure)
        return response


def flash(message: dict[str, Any]) -> None:
    """Store a message for the page that the browser is redirected to."""
    session["flash"] = message


def pop_flash() -> dict[str, Any] | None:
    """Return the stored message, once."""
    message: dict[str, Any] | None = session.pop("flash", None)
    return message
