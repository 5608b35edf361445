"""The sample catalogue: what a new shop shows before it has books of its own."""

import json
import re
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from stdnum import isbn as stdnum_isbn

import bookshop.catalogue
from bookshop.catalogue.samples import read_record
from bookshop.trade.availability import AvailabilityKind, UnavailableReason
from bookshop.trade.categories import CATEGORIES
from bookshop.trade.thema import closest

DATA = Path(bookshop.catalogue.__file__).parent / "data"
BOOKS: list[dict[str, Any]] = json.loads((DATA / "books.json").read_text("utf-8"))
DISPLAYS: dict[str, Any] = json.loads((DATA / "displays.json").read_text("utf-8"))

TODAY = date(2026, 11, 25)
TYPES = {
    "isbn": str,
    "title": str,
    "subtitle": str | None,
    "contributors": list,
    "form": str,
    "pages": int,
    "publisher": str,
    "published": str,
    "language": str,
    "price": str,
    "stock": int,
    "subjects": list,
    "description": str,
    "listed": str,
}
SOMETIMES = {
    "series": dict,
    "work": str,
    "supply": str,
    "lead_days": int,
    "days_ahead": int,
    "related": list,
    "details": dict,
}
ORIGINALS = {
    "The Art of Doing Science and Engineering": ("Learning to Learn", "Richard W. Hamming", 2300),
    "The Making of Prince of Persia": ("Journals 1985–1993", "Jordan Mechner", 2500),
    "Working in Public": ("The Making and Maintenance of Open Source Software", "Nadia Eghbal", 2800),
}


def every_book() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("book", BOOKS, ids=lambda book: str(book["isbn"]))


def test_there_are_at_least_sixty_different_books() -> None:
    assert len({book["isbn"] for book in BOOKS}) == len(BOOKS) >= 60
    assert len({book.get("work") or book["title"] for book in BOOKS}) == len(
        {book["title"] for book in BOOKS}
    )


@every_book()
def test_every_field_is_there_with_its_type(book: dict[str, Any]) -> None:
    assert TYPES.keys() <= book.keys() <= TYPES.keys() | SOMETIMES.keys()
    for name, value in book.items():
        assert isinstance(value, (TYPES | SOMETIMES)[name]), name


@every_book()
def test_every_field_can_be_true(book: dict[str, Any]) -> None:
    assert stdnum_isbn.is_valid(book["isbn"])
    assert len(book["isbn"]) == 13
    assert book["form"] in ("BB", "BC", "BH")
    assert re.fullmatch(r"\d\d?\.\d\d", book["price"])
    assert re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", book["published"]) or "days_ahead" in book
    assert re.fullmatch(r"[a-z]{3}", book["language"])
    assert date(2026, 1, 1) <= date.fromisoformat(book["listed"]) <= date(2026, 11, 30)
    assert book["pages"] > 0
    assert 0 <= book["stock"] <= 12
    assert book["subjects"]
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]+", code) for code in book["subjects"])
    assert book["contributors"]
    assert all(person["role"] in ("A01", "A12", "A24", "B01", "B06") for person in book["contributors"])
    assert all(person["name"].strip() for person in book["contributors"])


@every_book()
def test_every_description_is_two_short_paragraphs(book: dict[str, Any]) -> None:
    assert len(book["description"].split("\n\n")) == 2
    assert 40 <= len(book["description"].split()) <= 90


@pytest.mark.parametrize("title", ORIGINALS)
def test_the_originals_keep_their_prices(title: str) -> None:
    record = next(book for book in BOOKS if book["title"] == title)
    book = read_record(record, "SGD", TODAY)
    assert (book.subtitle, book.byline, book.price.minor) == ORIGINALS[title]


def test_every_book_has_a_category_and_several_have_five_books_or_more() -> None:
    books = [read_record(book, "SGD", TODAY) for book in BOOKS]
    counts = Counter(book.category for book in books)
    assert counts.keys() <= CATEGORIES.keys()
    assert sum(count >= 5 for count in counts.values()) >= 8


def test_some_books_are_on_their_last_copy_and_some_are_gone() -> None:
    stock = [book["stock"] for book in BOOKS]
    assert stock.count(1) >= 5
    assert stock.count(2) >= 5
    assert stock.count(0) >= 4


def test_displays_show_books_that_we_have() -> None:
    known = {book["isbn"]: book["title"] for book in BOOKS}
    assert {known[isbn] for isbn in DISPLAYS["window"]} == set(ORIGINALS)
    assert len({known[pick["isbn"]] for pick in DISPLAYS["picks"]}) == 6
    assert len({known[isbn] for isbn in DISPLAYS["loved"]}) == 8


def test_picks_come_with_a_few_words_from_a_desk() -> None:
    for pick in DISPLAYS["picks"]:
        assert 0 < len(pick["note"].split()) <= 25
        assert pick["by"].endswith(" desk")


def test_every_way_that_a_book_can_be_had_is_shown() -> None:
    books = [read_record(record, "SGD", datetime.now(UTC).date()) for record in BOOKS]
    found = {(book.availability.kind, book.availability.reason) for book in books}
    assert {kind for kind, _ in found} == set(AvailabilityKind)
    assert {
        UnavailableReason.SOLD_OUT,
        UnavailableReason.TEMPORARILY_UNAVAILABLE,
        UnavailableReason.DISCONTINUED,
        UnavailableReason.REPLACED,
    } <= {reason for _, reason in found}


def test_a_book_that_is_to_come_stays_so() -> None:
    record = next(book for book in BOOKS if "days_ahead" in book)
    book = read_record(record, "SGD", TODAY)
    assert book.published == "2027-03-15"
    assert book.on_sale == datetime(2027, 3, 15, tzinfo=UTC)


def test_what_is_gone_can_be_had_in_another_edition() -> None:
    books = [read_record(record, "SGD", TODAY) for record in BOOKS]
    for reason in (UnavailableReason.DISCONTINUED, UnavailableReason.REPLACED):
        gone = next(book for book in books if book.availability.reason is reason)
        assert any(book.available for book in books if book.work == gone.work), gone.title


def test_related_books_are_there() -> None:
    known = {book["isbn"] for book in BOOKS}
    assert all(other in known for book in BOOKS for _, other in book.get("related", []))


@every_book()
def test_every_subject_has_a_heading(book: dict[str, Any]) -> None:
    assert [heading.code for heading in closest(book["subjects"], {})] == book["subjects"]
