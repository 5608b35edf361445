"""A practice shop shows an order's mails; no other shop does."""

import re

from sqlalchemy import Connection

from bookshop.app import Shop, create_app
from bookshop.database import Database
from bookshop.mail.context import order_url
from bookshop.mail.mail import MailKind
from bookshop.mail.outbox_store import add_mail
from bookshop.orders.order import Order
from bookshop.schema import mails
from tests.builders import a_book, some_settings
from tests.fulfilment.stored_orders import NOW, a_line, an_order_of, store_books, store_paid
from tests.shopper import Shopper, text_of


def store_one(db: Connection, title: str = "Emma") -> Order:
    """Store a paid order, which has a confirmation and a mail to the shop."""
    book = a_book(title, stock=2)
    order = an_order_of(a_line(book))
    store_books(db, book)
    store_paid(db, order)
    return order


async def test_a_practice_shop_shows_the_mails_of_an_order(shopper: Shopper, database: Database) -> None:
    order = await database.write(store_one)
    receipt = await shopper.read(f"/orders/{order.token}")
    assert f'href="/orders/{order.token}/mails"' in receipt
    assert "is on its way to" not in receipt
    answer = await shopper.get(f"/orders/{order.token}/mails")
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    page = await text_of(answer)
    assert re.findall("<h2 .*>(.*)</h2>", page)[0] == "Order 1001 – Bookshop"
    assert "New order" not in page
    (address,) = re.findall('<iframe src="([^"]+)"', page)
    mail = await shopper.get(address)
    assert mail.headers["X-Robots-Tag"] == "noindex"
    policy = mail.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-top-navigation-by-user-activation" in policy
    assert '<base target="_top">' in await text_of(mail)


async def test_a_mail_is_shown_as_it_was_composed(shopper: Shopper, database: Database) -> None:
    order = await database.write(store_one)

    def set_text(db: Connection) -> None:
        db.execute(mails.update().values(subject="As sent", plain="<b> & so on", html="<head><b>Sent"))

    await database.write(set_text)
    page = await shopper.read(f"/orders/{order.token}/mails")
    assert "&lt;b&gt; &amp; so on" in page
    (address,) = re.findall('<iframe src="([^"]+)"', page)
    assert "<b>Sent" in await shopper.read(address)


async def test_nobody_reads_the_mails_of_another_order(shopper: Shopper, database: Database) -> None:
    order, other = await database.write(store_one), await database.write(store_one)
    page = await shopper.read(f"/orders/{other.token}/mails")
    (address,) = re.findall('<iframe src="([^"]+)"', page)
    await shopper.read(address.replace(other.token, order.token), status=404)
    await shopper.read(f"/orders/{order.token[:-1]}/mails", status=404)

    def add_to_shop(db: Connection) -> None:
        add_mail(db, MailKind.NEEDS_REVIEW, NOW, order_id=order.id, details={"reason": "payment"})

    await database.write(add_to_shop)
    assert "review" not in await shopper.read(f"/orders/{order.token}/mails")


async def test_a_shop_that_sends_mail_or_is_real_shows_none(shop: Shop, database_url: str) -> None:
    for real in ({"STRIPE_API_BASE": ""}, {"SMTP_URL": "smtp://127.0.0.1", "MAIL_FROM": "a@b.example"}):
        settings = {"STRIPE_API_BASE": shop.config["SHOP_URL"], "DATABASE_URL": database_url, **real}
        app = create_app(some_settings(**settings))
        assert "mails" not in app.blueprints
        assert app.jinja_env.globals["shows_mails"] is False


async def test_the_link_of_a_mail_leads_to_the_receipt(shop: Shop) -> None:
    settings = some_settings()
    path = order_url(settings, "a-token").removeprefix(settings.shop_url)
    assert shop.url_map.bind("localhost").match(path) == ("orders.receipt", {"token": "a-token"})
