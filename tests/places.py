"""Every page of the shop in every state that it has a template for."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from bookshop.app import Shop
from bookshop.catalogue.book import Book
from bookshop.catalogue.store import add_display
from bookshop.checkout.placing import new_token
from bookshop.database import Database
from bookshop.orders.order import Order, Payment
from bookshop.orders.store import add_order, set_payment
from tests.builders import A_CHARGE, AN_ADDRESS, a_book, an_order, store_book
from tests.payments.stripe_account import Account
from tests.shopper import Shopper, receipt_of


@dataclass(frozen=True)
class Places:
    """Addresses and what they should answer, for one shopper."""

    shopper: Shopper
    pages: dict[str, int]
    in_stock: Book


async def build_places(shop: Shop, database: Database, account: Account) -> Places:
    """Fill the shop so that every kind of page can be seen."""
    in_stock = await database.write(store_book, a_book("The Life and Opinions of Tristram Shandy", stock=9))
    noted = await database.write(store_book, a_book("Emma", stock=2))
    out = await database.write(store_book, a_book("Gone & <b>sold</b>", stock=0))
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
        "/search": 200,
        "/search?page=2": 200,
        "/search?q=tristram": 200,
        "/search?q=volume&subject=fiction": 200,
        "/search?q=xyzzy": 200,
        "/search?shelf=picks": 200,
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
    for changed in (
        {"payment": Payment.PAID, "charge": A_CHARGE, "paid_at": order.placed_at, "number": 1042},
        {"payment": Payment.CANCELLED},
        {"payment": Payment.CANCELLED, "held": "cancelled"},
    ):
        pages[f"/orders/{await database.write(store_order, in_stock, changed)}"] = 200
    await shopper.put_in_basket(in_stock.isbn, 2)
    pages[await shopper.place_and_pay_page()] = 200
    return Places(shopper, pages, in_stock)


def store_order(db: Connection, book: Book, changed: dict[str, Any]) -> str:
    """Write an order whose payment has come to its end."""
    order: Order = an_order(book, token=new_token(), address=AN_ADDRESS, **changed)
    add_order(db, order)
    set_payment(db, order)
    return order.token
