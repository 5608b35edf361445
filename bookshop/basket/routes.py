"""The basket's page, and adding, changing and removing books."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from quart import Blueprint, abort, redirect, request, url_for
from quart.typing import ResponseReturnValue
from sqlalchemy import Connection

from bookshop.basket.basket import MAX_TITLES, Basket
from bookshop.basket.pricing import price_basket
from bookshop.basket.session import is_kept, load_basket, save_basket
from bookshop.catalogue.book import Book
from bookshop.catalogue.book_store import find_book, list_books
from bookshop.catalogue.recommendations import list_recommended
from bookshop.database import Database
from bookshop.money import Money
from bookshop.trade.availability import MAX_COPIES_PER_BOOK
from bookshop.trade.isbn import parse_isbn
from bookshop.trade.typed_text import normalize_code
from bookshop.web.pages import page, wants_fragment

MAX_TYPED_DIGITS = 9
NOTHING: Mapping[str, str] = {}


def blueprint(database: Database, delivery_fee: Money) -> Blueprint:
    """Mount the basket's pages."""
    routes = Blueprint("basket", __name__)
    routes.add_url_rule("/basket", "show", partial(show, database, delivery_fee))
    routes.add_url_rule("/basket", "add", partial(add, database, delivery_fee), methods=["POST"])
    routes.add_url_rule("/basket/<isbn>", "change", partial(change, database, delivery_fee), methods=["POST"])
    return routes


@dataclass(frozen=True, slots=True)
class Message:
    """What has become of a book in the basket; the address of the page carries it.

    `kind` is "added", "refused" without cookies, "no_more" copies available, "full", "changed", "fewer" or
    "removed"; `before` copies were in the basket.
    """

    kind: str
    isbn: str
    before: int = 1

    @property
    def address(self) -> str:
        """The address of the basket's page with this message."""
        return url_for("basket.show", change=self.kind, isbn=self.isbn, before=self.before)


async def show(database: Database, delivery_fee: Money) -> ResponseReturnValue:
    """Show the basket, with the message of a change that redirected here."""
    message = parse_message(request.args)
    short = [
        isbn for text in request.args.get("short", "").split()[:MAX_TITLES] if (isbn := parse_isbn(text))
    ]
    if wants_fragment() and message and (book := await database.read(find_book, message.isbn)):
        return added_response(message, book)
    return await basket_page(database, delivery_fee, message=message, short=short)


def parse_message(args: Mapping[str, str]) -> Message | None:
    """Read the message from the address; without our cookie, no book was added."""
    isbn, kind = parse_isbn(args.get("isbn", "")), args.get("change", "")
    if isbn is None:
        return None
    kind = "refused" if kind == "added" and not is_kept() else kind
    return Message(kind, isbn, parse_quantity(args.get("before", "")) or 1)


async def add(database: Database, delivery_fee: Money) -> ResponseReturnValue:
    """Add copies of a book."""
    form = await request.form
    book = await find_book_or_abort(database, form.get("isbn", ""))
    typed = form.get("quantity", "1")
    quantity = parse_quantity(typed)
    if quantity is None:
        errors, values = {book.isbn: "quantity"}, {book.isbn: typed}
        return await basket_page(database, delivery_fee, 422, field_errors=errors, typed=values)
    keeps_cookies, before = is_kept(), load_basket()
    in_basket = before.quantities.get(book.isbn, 0)
    after = before.add(book.isbn, max(limit_quantity(book, in_basket + quantity) - in_basket, 0))
    save_basket(after)
    message = Message(kind_of_addition(book, before, after), book.isbn)
    if wants_fragment() and keeps_cookies:
        return added_response(message, book)
    # only the next request shows whether the browser keeps cookies
    return redirect(message.address, 303)


def added_response(message: Message, book: Book) -> ResponseReturnValue:
    """Show on the book's page what has become of "Add to basket"."""
    return page("basket/added.html", "added", kind=message.kind, book=book, count=load_basket().count)


def kind_of_addition(book: Book, before: Basket, after: Basket) -> str:
    """Return which message the page shows about an addition."""
    if after != before:
        return "added"
    is_full = before.quantities.get(book.isbn, MAX_COPIES_PER_BOOK) >= MAX_COPIES_PER_BOOK
    return "full" if is_full else "no_more"


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
    message = Message(kind_of_change(wanted, quantity), book.isbn, basket.quantities.get(isbn, 1))
    if wants_fragment():
        return await basket_page(database, delivery_fee, message=message)
    return redirect(message.address, 303)


async def find_book_or_abort(database: Database, isbn: str) -> Book:
    """Return the book, or respond 404."""
    return await database.read(find_book, parse_isbn(isbn) or "") or abort(404)


def parse_quantity(text: str) -> int | None:
    """Read a number of copies as typed; None when it is not one from 0 to MAX_COPIES."""
    text = normalize_code(text)
    is_number = len(text) <= MAX_TYPED_DIGITS and text.isdecimal()
    return int(text) if is_number and int(text) <= MAX_COPIES_PER_BOOK else None


def limit_quantity(book: Book, quantity: int) -> int:
    """Return no more copies than are available, and at least one: the page explains a shortage."""
    return min(quantity, max(book.availability.max_quantity, 1))


def kind_of_change(wanted: int, quantity: int) -> str:
    """Return which message the page shows about a change."""
    if quantity == 0:
        return "removed"
    return "fewer" if quantity < wanted else "changed"


async def basket_page(
    database: Database,
    delivery_fee: Money,
    status: int = 200,
    message: Message | None = None,
    field_errors: Mapping[str, str] = NOTHING,
    typed: Mapping[str, str] = NOTHING,
    short: Sequence[str] = (),
) -> ResponseReturnValue:
    """Show this shopper's basket; errors and typed quantities are by ISBN.

    Of the books in `short`, an earlier order had more copies than can be bought now.
    """
    values = await database.read(load_page, load_basket(), delivery_fee, message, short)
    return page(
        "basket/basket.html",
        "lines",
        status,
        message=message,
        field_errors=field_errors,
        typed=typed,
        **values,
    )


def load_page(
    db: Connection, basket: Basket, delivery_fee: Money, message: Message | None, short: Sequence[str]
) -> dict[str, Any]:
    """Return the basket at today's prices, the books that messages are about, and suggestions."""
    quote = price_basket(db, basket, delivery_fee)
    named = [message.isbn, *short] if message else short
    books = list_books(db, named) if named else {}
    changed = books.get(message.isbn) if message else None
    return {
        "short": [(books.get(isbn), basket.quantities.get(isbn, 0)) for isbn in short],
        "basket": quote,
        "changed": changed,
        "in_basket": basket.quantities.get(message.isbn, 0) if message else 0,
        "suggestions": list_recommended(db, basket.quantities),
    }
