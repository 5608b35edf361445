"""The shops that are shown: without books, with two, with samples, and with many."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bookshop.catalogue.book import Book, Contributor
from bookshop.catalogue.book_row import BookDetails
from bookshop.catalogue.samples import load_samples
from bookshop.trade.availability import Supply
from bookshop.trade.categories import CATEGORIES
from bookshop.trade.text import slug_of
from tests.builders import ALL_DETAILS, a_book, store_book
from tests.journeys.conftest import deliver

MANY = 2000
LONG_TITLE = (
    "The Life and Strange Surprizing Adventures of Robinson Crusoe, of York, Mariner: Who Lived Eight and "
    "Twenty Years, All Alone in an Un-Inhabited Island on the Coast of America"
)
LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
LIFE = (
    "Ship’s doctor, lighthouse keeper, maker of maps. Wrote the first case while waiting for a ferry that "
    "did not come, tried to end the series with the ninth, and was made by readers to go on."
)
THINGS = (
    "Lamp",
    "Tide",
    "Anchor",
    "Bell",
    "Buoy",
    "Rope",
    "Chart",
    "Gull",
    "Keel",
    "Lantern Out at Noon",
)
NO_DETAILS = BookDetails()


def odd_books() -> list[Book]:
    """Make a book of every availability, and some with unusual titles."""
    later = datetime.now(UTC) + timedelta(days=90)
    published = str(later.date())
    return [
        by("Daniel Defoe", a_book(LONG_TITLE, details=ALL_DETAILS)),
        a_book(LONG_WORD, language="ger"),
        by("佚名", a_book("包公案", language="chi")),
        by("夏目 漱石", a_book("吾輩は猫である", language="jpn")),
        by("בנימין זאב הרצל", a_book("מדינת היהודים", language="heb")),
        by("مجهول", a_book("ألف ليلة وليلة", language="ara")),
        a_book("A Bare Book", details=NO_DETAILS, blurb="", pages=0, publisher="", category=""),
        a_book("A Last Copy", stock=1),
        a_book("Ordered In", stock=0, supply=Supply("21", lead_days=7)),
        a_book("To Be Published", stock=0, supply=Supply("10", on_sale=later), published=published),
        a_book(
            "Announced",
            stock=0,
            supply=Supply("10", on_sale=later, preorders_from=later),
            published=published,
        ),
        a_book("Out for a While", stock=0, supply=Supply("31", "2027-03")),
        a_book("Sold Out", stock=0),
        a_book("No Longer Made", stock=0, supply=Supply("51")),
        a_book("Without a Price", price=0),
    ]


def books_of_one_author() -> list[Book]:
    """Make the books of a person who wrote many, with a life to tell and two series."""
    people = (Contributor("A01", "Ada Prolific", "ada-prolific", f"<p>{LIFE}</p>"),)
    some: dict[str, Any] = {"byline": "Ada Prolific", "contributors": people}
    of_series: dict[str, Any] = {"series": "The Harbour Cases", "series_key": "the-harbour-cases"}
    cases = [
        a_book(f"The Case of the {name}", series_number=str(n), **of_series, **some)
        for n, name in enumerate(THINGS, 1)
        if n not in (3, 6)
    ]
    poems: dict[str, Any] = {"series": "Letters Home", "series_key": "letters-home", "category": "poetry"}
    letters = [a_book(f"Letters from {n} Islands", series_number=str(n), **poems, **some) for n in (1, 2, 3)]
    others = [a_book(f"{name} and Other Stories", stock=n % 4, **some) for n, name in enumerate(THINGS * 2)]
    return [*cases, *letters, *others, a_book(LONG_TITLE, **some), a_book("港の猫", language="jpn", **some)]


def store_nothing(_: Connection) -> list[Book]:
    """Leave the shop empty."""
    return []


def store_two(db: Connection) -> list[Book]:
    titles = {"The Alchemist": "Ben Jonson", "Emma": "Jane Austen"}
    return [store_book(db, by(author, a_book(title, price=1290))) for title, author in titles.items()]


def by(author: str, book: Book) -> Book:
    """Return the book as this author's."""
    return replace(book, byline=author, contributors=(Contributor("A01", author, slug_of(author)),))


def store_samples(db: Connection) -> list[Book]:
    """Store the samples, and books with unusual titles and availabilities."""
    load_samples(db, "SGD")
    # each screenshot of a payment reserves a copy
    deliver(db)
    for book in books_of_one_author():
        store_book(db, book)
    return [store_book(db, book) for book in odd_books()]


def store_many(db: Connection) -> list[Book]:
    slugs = list(CATEGORIES)
    for n in range(MANY):
        byline = f"Author {n % 50}"
        store_book(db, a_book(f"Volume {n}", stock=n % 4, category=slugs[n % len(slugs)], byline=byline))
    return []


# each returns the books whose own pages are wanted
SHOPS: dict[str, Callable[[Connection], list[Book]]] = {
    "empty": store_nothing,
    "two": store_two,
    "samples": store_samples,
    "many": store_many,
}
