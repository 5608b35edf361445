"""Compose a mail as plain text and as HTML."""

from dataclasses import asdict, replace

from sqlalchemy import Connection

from bookshop.mail.context import build_context
from bookshop.mail.mail import TO_SHOP, ComposedMail, Mail
from bookshop.mail.render import HTML, PLAIN, render
from bookshop.mail.subject import find_subject
from bookshop.orders.email_address import ascii_email
from bookshop.orders.order import Order
from bookshop.orders.store import find_order_by_id
from bookshop.settings import Settings


def compose(db: Connection, settings: Settings, mail: Mail) -> ComposedMail:
    """Return a mail's recipient and text; raises LookupError if its order does not exist."""
    order = find_order_by_id(db, mail.order_id) if mail.order_id else None
    if mail.order_id and order is None:
        raise LookupError(mail.order_id)
    return compose_text(order, settings, mail)


def with_text(db: Connection, settings: Settings, mail: Mail) -> Mail:
    """Return a mail as it was sent, or as it would be; raises LookupError."""
    return mail if mail.subject else replace(mail, **asdict(compose(db, settings, mail)))


def compose_text(order: Order | None, settings: Settings, mail: Mail) -> ComposedMail:
    """Return the text of a mail about this order."""
    subject = find_subject(order, settings.shop_name, mail)
    context = build_context(order, settings, mail) | {"subject": subject}
    plain, html = (render(mail.kind, form, settings.shop_timezone, context) for form in (PLAIN, HTML))
    return ComposedMail(find_recipient(order, settings, mail), subject, plain, html)


def find_recipient(order: Order | None, settings: Settings, mail: Mail) -> str:
    """Return the address that a mail goes to; empty if the shop has not set its own."""
    if mail.kind in TO_SHOP:
        return ascii_email(settings.shop_email)
    return mail.recipient or (order.ascii_email if order else "")
