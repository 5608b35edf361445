"""The sample catalogue that the package ships."""

import json
from datetime import UTC, date, datetime, time, timedelta
from html import escape
from importlib.resources import files
from typing import Any

from sqlalchemy import Connection

from bookshop.catalogue.add_book import add_book, add_related
from bookshop.catalogue.book import MAX_BLURB_CHARS, Book, Contributor, Subject, byline
from bookshop.catalogue.book_row import BookDetails
from bookshop.catalogue.book_store import has_books
from bookshop.catalogue.display_store import add_display
from bookshop.catalogue.stock import receive_stock
from bookshop.search.index_books import index_books
from bookshop.trade.categories import category_of
from bookshop.trade.text import slug_of


def load_samples(db: Connection, currency: str) -> int:
    """Fill an empty catalogue and return the number of books added."""
    if has_books(db):
        return 0
    records = _read("books.json")
    today = datetime.now(UTC).date()
    for record in records:
        book = read_record(record, currency, today)
        add_book(db, book, date.fromisoformat(record["listed"]))
        receive_stock(db, book.isbn, record["stock"], "samples")
    for record in records:
        if related := record.get("related"):
            add_related(db, record["isbn"], related)
    index_books(db, [record["isbn"] for record in records])
    shown = _read("displays.json")
    add_display(db, "picks", [(pick["isbn"], pick["note"], pick["by"]) for pick in shown["picks"]])
    for display in ("window", "loved"):
        add_display(db, display, [(isbn, "", "") for isbn in shown[display]])
    return len(records)


def read_record(record: dict[str, Any], currency: str, today: date) -> Book:
    """Read a book of the sample file.

    Its price is as many minor units in any currency. With `days_ahead`, it is out that many days from today.
    """
    people = tuple(map(_read_contributor, record["contributors"]))
    codes = tuple(record["subjects"])
    category = category_of(codes)
    series = record.get("series", {"name": ""})
    on_sale = today + timedelta(days=record["days_ahead"]) if "days_ahead" in record else None
    return Book(
        isbn=record["isbn"],
        title=record["title"],
        subtitle=record["subtitle"] or "",
        byline=byline(people),
        form=record["form"],
        pages=record["pages"],
        publisher=record["publisher"],
        publisher_key=slug_of(record["publisher"]),
        imprint="",
        published=str(on_sale) if on_sale else record["published"],
        language=record["language"],
        blurb=record["description"].split("\n\n")[0][:MAX_BLURB_CHARS],
        price_minor=int(record["price"].replace(".", "")),
        currency=currency,
        category=category.slug if category else "",
        series=series["name"],
        series_number=series.get("number", ""),
        series_key=slug_of(series["name"]),
        work=record.get("work", ""),
        supply=record.get("supply", ""),
        expected="",
        lead_days=record.get("lead_days"),
        on_sale=datetime.combine(on_sale, time(), UTC) if on_sale else None,
        preorders_from=None,
        is_listed=True,
        may_sell=True,
        changes_on=None,
        available=record["stock"],
        contributors=people,
        subjects=tuple(map(Subject, codes)),
        details=BookDetails(description=_html(record["description"]), **record.get("details", {})),
    )


def _read_contributor(person: dict[str, str]) -> Contributor:
    name = person["name"]
    return Contributor(person["role"], name, slug_of(name), _html(person.get("biography", "")))


def _html(text: str) -> str:
    return "".join(f"<p>{escape(part, quote=False)}</p>" for part in text.split("\n\n") if part)


def _read(name: str) -> Any:
    return json.loads(files("bookshop.catalogue").joinpath("data", name).read_text("utf-8"))
