"""What a mail's template shows: the order as it was placed, and its cause's details."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from bookshop.addresses.eu_countries import is_any_in_eu
from bookshop.mail.mail import TO_SHOP, Mail, MailKind
from bookshop.mail.review import REVIEWS
from bookshop.mail.subject import is_about_part
from bookshop.money import Money
from bookshop.orders.charge_name import charge_name
from bookshop.orders.order import Order, OrderLine
from bookshop.orders.tracking import is_link, tracking_url
from bookshop.settings import Settings
from bookshop.web.template_settings import template_settings

# what mail programs turn into a link
LINKED = re.compile(r"://|\.(?=[^\W\d])")


class Copies(NamedTuple):
    """Copies of a book; `line` is the order's, None if the shopper named the book."""

    title: str
    byline: str
    quantity: int
    line: OrderLine | None = None
    expected_at: datetime | None = None


def build_context(order: Order | None, settings: Settings, mail: Mail) -> dict[str, Any]:
    """Return the values of a mail's template."""
    details = mail.details
    tracking = details.get("tracking", "")
    message = details.get("message", "")
    return {
        "shop": template_settings(settings),
        "reach": f"write to {settings.shop_email}" if settings.shop_email else "reply to this mail",
        "mail": mail,
        "details": details,
        "is_part": is_about_part(mail),
        "copies": find_copies(order, details.get("copies", ())),
        "left": find_copies(order, details.get("left", ())),
        "until": parse_moment(details.get("until", "")),
        "received_at": parse_moment(details.get("received_at", "")),
        # only a review passes on what a shopper has written
        "message": unlink(message) if mail.kind is MailKind.NEEDS_REVIEW else message,
        "tracking_url": tracking_url(details.get("carrier", ""), tracking),
        "tracking_number": "" if is_link(tracking) else tracking,
        "name": one_line(details.get("name", "")),
        "reference": one_line(details.get("reference", "")),
        "named_books": unlink(details.get("books", "")),
        "order_links": [(number, order_url(settings, token)) for number, token in details.get("orders", ())],
        "review": REVIEWS.get(details.get("reason", "")),
        "order": order,
        "withdrawal_url": "",
        **(order_values(order, settings, mail) if order else {}),
    }


def order_values(order: Order, settings: Settings, mail: Mail) -> dict[str, Any]:
    """Return the values that come from the order."""
    minor = mail.details.get("amount_minor", mail.details.get("refund_minor", 0))
    return {
        # a withdrawal has the name that was typed
        "name": one_line(mail.details.get("name", "") or order.name),
        "reference": one_line(mail.details.get("reference", "")) or str(order.number or order.id),
        "lines": find_copies(order, order.quantities.items()),
        "amount": Money(minor, order.total.currency),
        "charge_name": charge_name(order.charge),
        "receipt_url": order_url(settings, order.token),
        "withdrawal_url": f"{settings.shop_url}/withdraw" if may_withdraw(order, settings, mail) else "",
    }


def may_withdraw(order: Order, settings: Settings, mail: Mail) -> bool:
    """Return whether a mail tells a shopper in the European Union of the right to withdraw."""
    countries = {settings.shop_country, order.address.country if order.address else ""}
    return mail.kind not in TO_SHOP and is_any_in_eu(countries)


def order_url(settings: Settings, token: str) -> str:
    """Return the address of an order's receipt."""
    return f"{settings.shop_url}/orders/{token}"


def find_copies(order: Order | None, copies: Iterable[Any]) -> list[Copies]:
    """Return copies that are named by ISBN, or by title if the order is not known.

    A third value is when they are expected.
    """
    lines = {line.isbn: line for line in order.lines} if order else {}
    found = []
    for name, quantity, *expected in copies:
        line = lines.get(name)
        title, byline = (line.title, line.byline) if line else (name, "")
        found.append(Copies(title, byline, quantity, line, *map(parse_moment, expected)))
    return found


def parse_moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def unlink(text: str) -> str:
    """Return what a stranger typed so that no mail program makes a link of it."""
    return LINKED.sub(lambda found: f"{found[0]} ", text)


def one_line(text: str) -> str:
    """Return what a stranger typed in one line and without links; empty if it is only space."""
    return " ".join(unlink(text).split())
