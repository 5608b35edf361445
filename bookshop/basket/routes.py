"""The basket's page, and putting books in and out."""

from typing import Any

from quart import Blueprint, abort, redirect, request, url_for
from quart.typing import ResponseReturnValue
from sqlalchemy import Connection

from bookshop.basket.basket import Basket
from bookshop.basket.pricing import price_basket
from bookshop.basket.session import flash, load_basket, pop_flash, save_basket
from bookshop.catalogue.book import Book
from bookshop.catalogue.store import find_book, list_display
from bookshop.database import Database
from bookshop.money import Money
from bookshop.trade.availability import MAX_COPIES
from bookshop.trade.isbn import read_isbn
from bookshop.web.pages import page, post_response, wants_fragment

ROW = 6
LONGEST_NUMBER = 9


def blueprint(database: Database, delivery_fee: Money) -> Blueprint:
    """The basket of whoever asks."""
    routes = Blueprint("basket", __name__)

    @routes.get("/basket")
    async def show() -> ResponseReturnValue:
        return await show_basket(message=pop_flash())

    @routes.post("/basket")
    async def add() -> ResponseReturnValue:
        form = await request.form
        book = await find(form.get("isbn", ""))
        quantity = read_quantity(form.get("quantity", "1"))
        if quantity is None:
            return await show_basket(422, field_errors={book.isbn: "quantity"}, typed=dict(form.items()))
        before = load_basket()
        after = before.add(book.isbn, min(quantity, max(book.availability.max_quantity, 1)))
        save_basket(after)
        return post_response(
            url_for(".show"), "basket/added.html", "added", book=book, count=after.count, full=after == before
        )

    @routes.post("/basket/<isbn>")
    async def change(isbn: str) -> ResponseReturnValue:
        typed = (await request.form).get("quantity", "")
        book = await find(isbn)
        quantity = read_quantity(typed)
        if quantity is None:
            return await show_basket(422, field_errors={isbn: "quantity"}, typed={isbn: typed})
        basket = load_basket()
        given = min(quantity, max(book.availability.max_quantity, 1))
        save_basket(basket.put(isbn, given))
        message = {
            "kind": kind_of_change(quantity, given),
            "isbn": isbn,
            "title": book.title,
            "quantity": given,
            "before": basket.quantities.get(isbn, 1),
        }
        if wants_fragment():
            return await show_basket(message=message)
        flash(message)
        return redirect(url_for(".show"), 303)

    async def find(isbn: str) -> Book:
        book = await database.read(find_book, read_isbn(isbn) or "")
        return book or abort(404)

    async def show_basket(status: int = 200, **extra: Any) -> ResponseReturnValue:
        basket = load_basket()
        shown = await database.read(collect_basket, basket, delivery_fee)
        return page("basket/basket.html", "lines", status, **{**NOTHING_SAID, **shown, **extra})

    return routes


NOTHING_SAID: dict[str, Any] = {"message": None, "field_errors": {}, "typed": {}}


def collect_basket(db: Connection, basket: Basket, delivery_fee: Money) -> dict[str, Any]:
    """The basket at today's prices, and what goes well with it."""
    suggestions = [pick.book for pick in list_display(db, "loved") if pick.book.isbn not in basket.quantities]
    return {"basket": price_basket(db, basket, delivery_fee), "suggestions": suggestions[:ROW]}


def read_quantity(text: str) -> int | None:
    """A number of copies as typed, or None when it is no sensible one."""
    is_number = len(text) <= LONGEST_NUMBER and text.strip().isdecimal()
    return int(text) if is_number and int(text) <= MAX_COPIES else None


def kind_of_change(wanted: int, given: int) -> str:
    """What to tell the shopper about a change."""
    if given == 0:
        return "removed"
    return "fewer" if given < wanted else "changed"
