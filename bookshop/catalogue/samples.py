"""The sample catalogue that the package ships."""

import json
from datetime import date
from html import escape
from importlib.resources import files
from typing import Any

from sqlalchemy import Connection

from bookshop.catalogue.book import (
    LONGEST_BLURB,
    Book,
    Contributor,
    Details,
    Subject,
    byline,
    slug_of,
)
from bookshop.catalogue.index import index_books
from bookshop.catalogue.stock import receive_stock
from bookshop.catalogue.store import add_book, add_display, has_books
from bookshop.catalogue.subjects import shelf_of
from bookshop.money import Money


def load_samples(db: Connection, currency: str) -> int:
    """Fill an empty catalogue and say how many books came in; a catalogue with books stays as it is."""
    if has_books(db):
        return 0
    records = _read("books.json")
    for record in records:
        book = read_record(record, currency)
        add_book(db, book, date.fromisoformat(record["listed"]))
        receive_stock(db, book.isbn, record["stock"], "samples")
    index_books(db, [record["isbn"] for record in records])
    shown = _read("displays.json")
    add_display(db, "picks", [(pick["isbn"], pick["note"], pick["by"]) for pick in shown["picks"]])
    for display in ("window", "loved"):
        add_display(db, display, [(isbn, "", "") for isbn in shown[display]])
    return len(records)


def read_record(record: dict[str, Any], currency: str) -> Book:
    """A book of the sample file; its price means as many minor units in any currency."""
    people = tuple(
        Contributor(person["role"], person["name"], slug_of(person["name"]))
        for person in record["contributors"]
    )
    codes = tuple(record["subjects"])
    parts = record["description"].split("\n\n")
    return Book(
        isbn=record["isbn"],
        title=record["title"],
        subtitle=record["subtitle"] or "",
        byline=byline(people),
        form=record["form"],
        pages=record["pages"],
        publisher=record["publisher"],
        published=record["published"],
        language=record["language"],
        publisher_key=slug_of(record["publisher"]),
        blurb=parts[0][:LONGEST_BLURB],
        price=Money(int(record["price"].replace(".", "")), currency),
        shelf=shelf_of(codes).slug,
        left=record["stock"],
        contributors=people,
        subjects=tuple(map(Subject, codes)),
        details=Details(description="".join(f"<p>{escape(part, quote=False)}</p>" for part in parts)),
    )


def _read(name: str) -> Any:
    return json.loads(files("bookshop.catalogue").joinpath("data", name).read_text("utf-8"))
