"""The form that mails the link of an order to the shopper who has lost it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from quart import Blueprint, Response, request, url_for
from quart.typing import ResponseReturnValue

from bookshop.database import Database
from bookshop.orders.email_address import email_key
from bookshop.orders.hourly_limit import keyed_hash
from bookshop.settings import Settings
from bookshop.shopper_requests.find_order_link import Search, find_order_link
from bookshop.shopper_requests.statement import Statement, find_field_error, parse_statement
from bookshop.web.client_network import network_of
from bookshop.web.pages import page, redirect_to
from bookshop.web.security import PRIVATE_ADDRESS_HEADERS

FIELDS = ("reference", "email")


@dataclass(frozen=True, slots=True)
class FindPages:
    """What the routes need."""

    database: Database
    settings: Settings


def blueprint(database: Database, settings: Settings) -> Blueprint:
    """Mount the form, and the page that follows it."""
    pages = FindPages(database, settings)
    routes = Blueprint("find_order", __name__)
    routes.add_url_rule("/orders/find", "show", show)
    routes.add_url_rule("/orders/find", "send", partial(send, pages), methods=["POST"])
    routes.add_url_rule("/orders/find/sent", "sent", show_sent)
    routes.after_request(keep_private)
    return routes


async def show() -> ResponseReturnValue:
    """Show the empty form."""
    return show_form(Statement())


async def send(pages: FindPages) -> ResponseReturnValue:
    """Queue the mail, and respond in the same way whatever was found."""
    typed = parse_statement(await request.form)
    errors = {name: error for name in FIELDS if (error := find_field_error(name, getattr(typed, name)))}
    if errors:
        return show_form(typed, errors, 422)
    names = (network_of(request.remote_addr), email_key(typed.email))
    actors = tuple(keyed_hash(pages.settings.signing_key, name) for name in names)
    search = Search(typed.number, typed.email, actors)
    if not await find_order_link(pages.database, search, datetime.now(UTC)):
        return show_form(typed, status=429)
    return redirect_to(url_for("find_order.sent"))


async def show_sent() -> ResponseReturnValue:
    """Show what happens now."""
    return page("shopper_requests/find_order_sent.html", "main")


def show_form(typed: Statement, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    """Show the form as it was typed, with what is wrong."""
    return page(
        "shopper_requests/find_order.html",
        "main",
        status,
        typed=typed,
        errors=errors or {},
        is_limited=status == 429,
    )


async def keep_private(response: Response) -> Response:
    """Keep the pages from search engines."""
    response.headers.update(PRIVATE_ADDRESS_HEADERS)
    return response
