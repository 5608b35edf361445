"""The basket's page, and adding, changing and removing books."""

from functools import partial
from typing import Any

from quart import Blueprint, abort, redirect, request, url_for
from quart.typing import ResponseReturnValue
from sqlalchemy import Connection

from bookshop.basket.basket import Basket
from bookshop.basket.pricing import price_basket
from bookshop.basket.session import flash, load_basket, pop_flash, save_basket
from bookshop.basket.suggestions import list_basket_suggestions
from bookshop.catalogue.book import Book
from bookshop.catalogue.book_store import find_book
from bookshop.database import Database
from bookshop.money import Money
from bookshop.trade.availability import MAX_COPIES_PER_BOOK
from bookshop.trade.isbn import parse_isbn
from bookshop.web.pages import page, post_response, wants_fragment

MAX_TYPED_DIGITS = 9


def blueprint(database: Database, delivery_fee: Money) -> Blueprint:
    """Mount the basket's pages."""
    routes = Blueprint("basket", __name__)
    routes.add_url_rule("/basket", "show", partial(show, database, delivery_fee))
    routes.add_url_rule("/basket", "add", partial(add, database, delivery_fee), methods=["POST"])
    routes.add_url_rule("/basket/<isbn>", "change", partial(change, database, delivery_fee), methods=["POST"])
    return routes


async def show(database: Database, delivery_fee: Money) -> ResponseReturnValue:
    """Show the basket, with the message of a change that redirected here."""
    return await basket_page(database, delivery_fee, message=pop_flash())


async def add(database: Database, delivery_fee: Money) -> ResponseReturnValue:
    """Add copies of a book."""
    form = await request.form
    book = await find_book_or_abort(database, form.get("isbn", ""))
    quantity = parse_quantity(form.get("quantity", "1"))
    if quantity is None:
        errors = {book.isbn: "quantity"}
        return await basket_page(database, delivery_fee, 422, field_errors=errors, typed=dict(form.items()))
    before = load_basket()
    after = before.add(book.isbn, limit_quantity(book, quantity))
    save_basket(after)
    is_full = after == before
    return post_response(
        url_for("basket.show"), "basket/added.html", "added", book=book, count=after.count, full=is_full
    )


async def change(database: Database, delivery_fee: Money, isbn: str) -> ResponseReturnValue:
    """Change the quantity of a book; 0 removes it."""
    typed = (await request.form).get("quantity", "")
    book = await find_book_or_abort(database, isbn)
    wanted = parse_quantity(typed)
    if wanted is None:
        errors = {isbn: "quantity"}
        return await basket_page(database, delivery_fee, 422, field_errors=errors, typed={isbn: typed})
    basket = load_basket()
    quantity = limit_quantity(book, wanted)
    save_basket(basket.put(isbn, quantity))
    message = {
        "kind": kind_of_change(wanted, quantity),
        "isbn": isbn,
        "title": book.title,
        "quantity": quantity,
        "before": basket.quantities.get(isbn, 1),
    }
    if wants_fragment():
        return await basket_page(database, delivery_fee, message=message)
    flash(message)
    return redirect(url_for("basket.show"), 303)


async def find_book_or_abort(database: Database, isbn: str) -> Book:
    """Return the book, or respond 404."""
    return await database.read(find_book, parse_isbn(isbn) or "") or abort(404)


def parse_quantity(text: str) -> int | None:
    """Read a number of copies as typed; None when it is not one from 0 to MAX_COPIES."""
    is_number = len(text) <= MAX_TYPED_DIGITS and text.strip().isdecimal()
    return int(text) if is_number and int(text) <= MAX_COPIES_PER_BOOK else None


def limit_quantity(book: Book, quantity: int) -> int:
    """Return no more copies than are available, and at least one: the page explains a shortage."""
    return min(quantity, max(book.availability.max_quantity, 1))


def kind_of_change(wanted: int, quantity: int) -> str:
    """Return which message the page shows about a change."""
    if quantity == 0:
        return "removed"
    return "fewer" if quantity < wanted else "changed"


NO_MESSAGE: dict[str, Any] = {"message": None, "field_errors": {}, "typed": {}}


async def basket_page(
    database: Database, delivery_fee: Money, status: int = 200, **extra: Any
) -> ResponseReturnValue:
    """Show this shopper's basket."""
    values = await database.read(load_page, load_basket(), delivery_fee)
    return page("basket/basket.html", "lines", status, **{**NO_MESSAGE, **values, **extra})


def load_page(db: Connection, basket: Basket, delivery_fee: Money) -> dict[str, Any]:
    """Return the basket at today's prices, and suggestions."""
    quote = price_basket(db, basket, delivery_fee)
    return {"basket": quote, "suggestions": list_basket_suggestions(db, basket.quantities)}
