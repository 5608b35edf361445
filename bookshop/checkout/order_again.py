"""Put the books of a cancelled order into the basket again."""

from functools import partial

from quart import Blueprint, abort, url_for
from quart.typing import ResponseReturnValue

from bookshop.basket.basket import Basket
from bookshop.basket.session import load_basket, save_basket
from bookshop.catalogue.book import Book
from bookshop.catalogue.book_store import list_books
from bookshop.database import Database
from bookshop.orders.order import Order, PaymentState
from bookshop.orders.store import find_order
from bookshop.web.pages import redirect_to


def blueprint(database: Database) -> Blueprint:
    """Mount the button of a cancelled order's receipt."""
    routes = Blueprint("order_again", __name__)
    routes.add_url_rule("/orders/<token>/again", "post", partial(order_again, database), methods=["POST"])
    return routes


async def order_again(database: Database, token: str) -> ResponseReturnValue:
    """Send the shopper to the basket with the order's books, or to buying the one book alone."""
    order = await database.read(find_order, token) or abort(404)
    if order.payment is not PaymentState.CANCELLED:
        return redirect_to(url_for("orders.receipt", token=token))
    if order.single_item and order.count == 1:
        return redirect_to(url_for("checkout.details", item=order.single_item))
    books = await database.read(list_books, order.quantities)
    basket = put_again(load_basket(), order, books)
    save_basket(basket)
    short = [isbn for isbn, n in order.quantities.items() if basket.quantities.get(isbn, 0) < n]
    added = next((isbn for isbn in order.quantities if isbn in basket.quantities), None)
    # the basket's page tells a browser without cookies that it needs them
    change = "added" if added else None
    return redirect_to(url_for("basket.show", change=change, isbn=added, short=" ".join(short) or None))


def put_again(basket: Basket, order: Order, books: dict[str, Book]) -> Basket:
    """Return the basket with as many copies as were ordered, as far as they can be bought.

    Copies that are in the basket already count, so that a second click adds nothing.
    """
    for isbn, quantity in order.quantities.items():
        available = books[isbn].availability.max_quantity if isbn in books else 0
        wanted = max(basket.quantities.get(isbn, 0), min(quantity, available))
        basket = basket.put(isbn, wanted) if wanted else basket
    return basket
