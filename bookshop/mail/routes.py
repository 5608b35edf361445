"""An order's mails as pages, in a practice shop that sends none."""

from functools import partial

from quart import Blueprint, Response, abort
from quart.typing import ResponseReturnValue
from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.mail.compose import with_text
from bookshop.mail.mail import Mail
from bookshop.mail.mail_list import list_mails_to_shopper
from bookshop.orders.order import Order
from bookshop.orders.store import find_order
from bookshop.settings import Settings
from bookshop.web.content_policy import format_policy
from bookshop.web.pages import page
from bookshop.web.security import PRIVATE_ADDRESS_HEADERS

# a mail has styles in its elements; its links leave the frame that it is shown in
MAIL_POLICY = format_policy(
    {
        "default-src": ["'none'"],
        "style-src": ["'unsafe-inline'"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": ["'self'"],
        "sandbox": ["allow-top-navigation-by-user-activation"],
    }
)


def shows_mails(settings: Settings) -> bool:
    """Return whether shoppers read their mails here: no real shop shows them."""
    return settings.is_simulated and not settings.smtp_url


def blueprint(database: Database, settings: Settings) -> Blueprint:
    """Mount the pages behind an order's secret address."""
    routes = Blueprint("mails", __name__)
    routes.add_url_rule("/orders/<token>/mails", "show", partial(show, database, settings))
    routes.add_url_rule("/orders/<token>/mails/<int:mail_id>", "html", partial(html, database, settings))
    routes.after_request(keep_private)
    return routes


async def show(database: Database, settings: Settings, token: str) -> ResponseReturnValue:
    """Show all mails of an order to its shopper."""
    order, mails = await database.read(read_mails, settings, token)
    return page("mail/mails.html", "mails", order=order or abort(404), mails=mails)


async def html(database: Database, settings: Settings, token: str, mail_id: int) -> ResponseReturnValue:
    """Show one mail as a mail program does."""
    _, mails = await database.read(read_mails, settings, token)
    found = next((mail for mail in mails if mail.id == mail_id), None) or abort(404)
    text = found.html.replace("<head>", '<head>\n<base target="_top">', 1)
    return Response(text, headers={"Content-Security-Policy": MAIL_POLICY})


def read_mails(db: Connection, settings: Settings, token: str) -> tuple[Order | None, list[Mail]]:
    """Return an order and its mails with their text, the newest first."""
    order = find_order(db, token)
    mails = list_mails_to_shopper(db, order.id) if order else []
    return order, [with_text(db, settings, mail) for mail in reversed(mails)]


async def keep_private(response: Response) -> Response:
    """Keep the order's address from search engines and from other sites."""
    response.headers.update(PRIVATE_ADDRESS_HEADERS)
    return response
