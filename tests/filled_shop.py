"""A shop with books and orders, so that every template can be seen in every state."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bookshop.app import Shop
from bookshop.catalogue.add_book import add_related
from bookshop.catalogue.book import Book, Contributor, Subject
from bookshop.catalogue.display_store import add_display
from bookshop.checkout.draft_order import new_token
from bookshop.database import Database
from bookshop.fulfilment.begin import begin_fulfilment
from bookshop.mail.mail import MailKind
from bookshop.mail.outbox_store import add_mail
from bookshop.orders.order import CancelReason, Order, PaymentState
from bookshop.orders.payment_store import set_payment
from bookshop.orders.store import add_order
from bookshop.trade.availability import Supply
from tests.builders import A_CHARGE, ALL_DETAILS, AN_ADDRESS, a_book, an_order, store_book
from tests.payments.stripe_account import Account
from tests.shopper import Shopper, receipt_of

STATEMENT = {"name": "Ada Reader", "reference": "1", "email": "reader@example.com", "books": ""}


@dataclass(frozen=True)
class FilledShop:
    """A shopper, the addresses of pages with their expected status, and a book in stock."""

    shopper: Shopper
    pages: dict[str, int]
    in_stock: Book


async def fill_shop(shop: Shop, database: Database, account: Account) -> FilledShop:
    """Store books and orders, and return the address of every kind of page."""
    in_stock = await database.write(store_book, a_book("The Life and Opinions of Tristram Shandy", stock=9))
    noted = await database.write(store_book, a_book("Emma", stock=2))
    out = await database.write(store_book, a_book("Gone & <b>sold</b>", stock=0, language=""))
    rich = await database.write(store_rich_books)
    for n in range(26):
        await database.write(store_book, a_book(f"Volume {n}", stock=1))
    for display in ("window", "picks", "loved"):
        await database.write(add_display, display, [(noted.isbn, "Twice.", "the fiction desk")])
    shopper = Shopper(shop.test_client())
    pages = {
        "/": 200,
        f"/books/{in_stock.isbn}/{in_stock.slug}": 200,
        f"/books/{noted.isbn}/{noted.slug}": 200,
        f"/books/{out.isbn}/{out.slug}": 200,
        **dict.fromkeys((f"/books/{book.isbn}/{book.slug}" for book in rich), 200),
        "/search": 200,
        "/search?after=1-0": 200,
        "/search?after=1-fffffffffffff": 200,
        "/search?q=tristram": 200,
        "/search?q=volume&subject=fiction": 200,
        "/search?q=volume&subject=FBC&form=paperback&availability=shelf&language=eng&price=2": 200,
        "/search?q=xyzzy": 200,
        "/search?q=xyzzy&form=hardback": 200,
        "/search?q=tristran": 200,
        "/new": 200,
        f"/new?after={in_stock.isbn}": 200,
        "/forthcoming": 200,
        "/picks": 200,
        "/loved": 200,
        "/subjects": 200,
        "/subjects/F": 200,
        "/subjects/FBC": 200,
        "/subjects/Q": 200,
        "/subjects/9": 404,
        "/people/george-eliot": 200,
        "/people/ann-other": 200,
        "/people/nobody": 404,
        "/series/a-series": 200,
        "/series/none": 404,
        "/publishers/awning-editions": 200,
        "/publishers/none": 404,
        "/checkout?item=9780000000002": 404,
        f"/checkout?item={out.isbn}": 409,
        f"/checkout?item={noted.isbn}": 200,
        "/basket": 200,
        "/checkout": 200,
        "/no-such-page": 404,
        f"/orders/{new_token()}": 404,
    }
    for method in ("", "pm_card_visa_chargeDeclined", "pm_card_threeDSecure2Required", "pm_card_processing"):
        buyer = Shopper(shop.test_client())
        pay_page = await buyer.place_and_pay_page(in_stock.isbn)
        if method:
            await account.pay(await buyer.find_intent(pay_page), method)
        pages[receipt_of(pay_page)] = 200
    order = an_order(in_stock, delivery_fee=in_stock.price, delivery="deliver", address=AN_ADDRESS)
    states: list[dict[str, Any]] = [
        {"payment": PaymentState.PAID, "charge": A_CHARGE, "paid_at": order.placed_at, "number": 1042},
        *({"payment": PaymentState.CANCELLED, "cancel_reason": reason} for reason in CancelReason),
        {"payment": PaymentState.CANCELLED, "review_reason": "cancelled"},
    ]
    tokens = [await database.write(store_order, in_stock, changed) for changed in states]
    pages.update(dict.fromkeys((f"/orders/{token}" for token in tokens), 200))
    pages[f"/orders/{tokens[0]}/request"] = 200
    pages[f"/orders/{tokens[0]}/withdraw"] = 200
    pages.update(dict.fromkeys(("/withdraw", "/orders/find", "/orders/find/sent"), 200))
    pages[await withdraw_from(shopper)] = 200
    pages[f"/orders/{tokens[0]}/mails"] = 200
    pages[f"/orders/{tokens[-1]}/mails"] = 200
    await shopper.put_in_basket(in_stock.isbn, 2)
    pages[await shopper.place_and_pay_page()] = 200
    return FilledShop(shopper, pages, in_stock)


async def withdraw_from(shopper: Shopper) -> str:
    """Withdraw from an order that the shop does not know, and return where that is acknowledged."""
    response = await shopper.post("/withdraw/confirm", STATEMENT)
    return response.headers["Location"]


def store_rich_books(db: Connection) -> list[Book]:
    """Store books of every availability, with all details, as editions of one work."""
    later = datetime.now(UTC) + timedelta(days=99)
    coming = str(later.date())
    states: list[tuple[int, Supply, str]] = [
        (1, Supply("21", lead_days=1), "2020"),
        (0, Supply("22"), "2020-05"),
        (0, Supply("10", on_sale=later), coming),
        (0, Supply("10", on_sale=later, preorders_from=later), coming),
        (0, Supply("31", "2027-03"), "2020"),
        (0, Supply("51"), ""),
        (0, Supply("41"), "2020"),
        (0, Supply("99"), "2020"),
        (0, Supply("20", may_sell=False), "2020"),
    ]
    other = Contributor("A01", "Ann Other", "ann-other", "<p>She <em>wrote</em>.</p>")
    people = (other, Contributor("B06", "Bo", "bo"), Contributor("A12", "Cy", "cy"), Contributor("A12", "Di"))
    details = replace(ALL_DETAILS, description="<p>A book.</p><ul><li>Of</li><li>lists</li></ul>")
    books = [
        a_book(
            f"State {n} of </script><b>",
            stock=left,
            supply=supply,
            published=published,
            contributors=people if n else (*people, replace(other, role="A12")),
            subjects=(Subject("FBC"), Subject("FFXYZ"), Subject("1DDU", "94"), Subject("FIC019000", "10")),
            series="A Series",
            series_key="a-series",
            series_number=str(n),
            work="a-work",
            details=details,
            imprint="An Imprint",
        )
        for n, (left, supply, published) in enumerate(states)
    ]
    for book in books:
        store_book(db, book)
    add_related(db, books[6].isbn, [("05", books[0].isbn)])
    return books


def store_order(db: Connection, book: Book, changed: dict[str, Any]) -> str:
    """Store an order whose payment has ended, and return its token."""
    order: Order = an_order(book, token=new_token(), address=AN_ADDRESS, **changed)
    add_order(db, order)
    set_payment(db, order)
    if order.paid_at:
        begin_fulfilment(db, order, order.paid_at)
        add_mail(db, MailKind.CONFIRMATION, order.paid_at, order_id=order.id)
    return order.token
