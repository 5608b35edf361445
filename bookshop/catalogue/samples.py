"""The sample catalogue that the package ships."""

import json
from datetime import date
from importlib.resources import files
from typing import Any

from sqlalchemy import Connection

from bookshop.catalogue.book import AUTHOR, EDITOR, Book, Contributor, words
from bookshop.catalogue.stock import receive_stock
from bookshop.catalogue.store import add_book, add_display, count_books
from bookshop.catalogue.subjects import shelf_of
from bookshop.money import Money


def load_samples(db: Connection, currency: str) -> int:
    """Fill an empty catalogue and say how many books came in; a catalogue with books stays as it is."""
    if count_books(db):
        return 0
    records = _read("books.json")
    for record in records:
        book = read_record(record, currency)
        add_book(db, book, date.fromisoformat(record["listed"]), search_text(book))
        receive_stock(db, book.isbn, record["stock"], "samples")
    shown = _read("displays.json")
    add_display(db, "picks", [(pick["isbn"], pick["note"], pick["by"]) for pick in shown["picks"]])
    for display in ("window", "loved"):
        add_display(db, display, [(isbn, "", "") for isbn in shown[display]])
    return len(records)


def read_record(record: dict[str, Any], currency: str) -> Book:
    """A book of the sample file; its price means as many minor units in any currency."""
    people = tuple(Contributor(person["role"], person["name"]) for person in record["contributors"])
    codes = tuple(record["subjects"])
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
        description=record["description"],
        price=Money(int(record["price"].replace(".", "")), currency),
        shelf=shelf_of(codes).slug,
        left=record["stock"],
        contributors=people,
        subjects=codes,
    )


def byline(people: tuple[Contributor, ...]) -> str:
    """Who the book is by, in a few words: its authors, or else its editors."""
    for role in (AUTHOR, EDITOR):
        if names := [person.name for person in people if person.role == role]:
            return " and ".join(", ".join(names).rsplit(", ", 1))
    return ""


def search_text(book: Book) -> str:
    """The words a book is found by."""
    people = " ".join(person.name for person in book.contributors)
    return " ".join(words(f"{book.title} {book.subtitle} {people} {book.publisher} {book.isbn}"))


def _read(name: str) -> Any:
    return json.loads(files("bookshop.catalogue").joinpath("data", name).read_text("utf-8"))
