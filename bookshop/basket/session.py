"""The basket in the shopper's signed cookie, and its count in one that a public page's script may read."""

from typing import Any

from quart import after_this_request, current_app, session
from quart.typing import ResponseTypes

from bookshop.basket.basket import Basket

COUNT_COOKIE = "basket-count"


def load_basket() -> Basket:
    """The basket of whoever asks."""
    return Basket(dict(session.get("basket", ())))


def save_basket(basket: Basket) -> None:
    """Remember the basket."""
    # pairs, since the session's JSON sorts the keys of a mapping
    session["basket"] = list(basket.quantities.items())
    is_secure = current_app.config["SESSION_COOKIE_SECURE"]

    @after_this_request
    async def show_count(response: ResponseTypes) -> ResponseTypes:
        response.set_cookie(COUNT_COOKIE, str(basket.count), samesite="Lax", secure=is_secure)
        return response


def flash(message: dict[str, Any]) -> None:
    """Keep what is to be told of a change for the page that the browser is sent to."""
    session["message"] = message


def pop_flash() -> dict[str, Any] | None:
    """What was left to be told, once."""
    message: dict[str, Any] | None = session.pop("message", None)
    return message
