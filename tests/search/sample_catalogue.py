"""Many small books, and a plain search that reads every one of them."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bookshop.catalogue.book import Book, Contributor, Subject
from bookshop.search.book_tokens import STOP_WORDS
from bookshop.search.filters import Filters
from bookshop.search.price_band import price_band_of
from bookshop.search.rank import day_number
from bookshop.search.subject_names import subject_names
from bookshop.search.words import split_words
from bookshop.trade.availability import Supply
from bookshop.trade.product_forms import find_form
from tests.builders import a_book

WORDS = [
    "the",
    "of",
    "and",
    "to",
    "sea",
    "seal",
    "season",
    "season2",
    "seals",
    "lover",
    "love",
    "loved",
    "a",
    "an",
    "x",
    "1984",
    "emma",
    "émile",
    "emmas",
    "history",
    "historical",
]
PEOPLE = ["Ann Sea", "Émile Love", "Emma History", "Zoë O’Seal"]
CATEGORIES = ["fiction", "poetry", "travel"]
CODES = ["FBA", "FBC", "DCF", "WTL", "1DDU"]
OPTIONS: dict[str, list[str]] = {
    "subject": ["fiction", "poetry", "F", "FB", "DCF", "fba", "nonsense"],
    "form": ["hardback", "paperback", "digital"],
    "availability": ["shelf", "order", "preorder", "none"],
    "language": ["eng", "fre"],
    "price": ["1", "2", "5"],
    "person": ["ann-sea", "émile-love"],
    "publisher": ["love-press"],
    "series": ["sea-stories"],
}


def some_book(chance: random.Random) -> Book:
    """Return a book of few words, so that many books share them."""
    later = datetime.now(UTC) + timedelta(days=30)
    name = chance.choice(PEOPLE)
    in_series = chance.random() < 0.2
    return a_book(
        " ".join(chance.choices(WORDS, k=chance.randint(1, 5))).title(),
        subtitle=" ".join(chance.choices(WORDS, k=chance.randint(0, 2))),
        stock=chance.choice([0, 0, 2]),
        price=chance.choice([0, 999, 1890, 1890, 9900]),
        category=chance.choice(CATEGORIES),
        form=chance.choice(["BB", "BC", "EA"]),
        language=chance.choice(["eng", "eng", "fre", ""]),
        published=chance.choice(["", "2020", "2021-03", "2021-03-02", "2026"]),
        publisher=chance.choice(["Love Press", "Awning Editions"]),
        publisher_key=chance.choice(["love-press", "awning-editions"]),
        series="Sea stories" if in_series else "",
        series_key="sea-stories" if in_series else "",
        contributors=(Contributor("A01", name, "-".join(name.lower().split())),),
        subjects=tuple(Subject(code) for code in chance.sample(CODES, chance.randint(0, 2))),
        supply=chance.choice([Supply(), Supply("20"), Supply("40"), Supply("10", on_sale=later)]),
    )


def words_of(book: Book) -> tuple[list[str], list[str]]:
    """Return the words of the title and of names, and all words."""
    front = split_words(
        f"{book.title} {book.subtitle} {' '.join(person.name for person in book.contributors)}"
    )
    names = " ".join(subject_names(book.category, [subject.code for subject in book.subjects]))
    return front, front + split_words(f"{book.publisher} {book.series} {names} {book.isbn} {book.isbn[3:12]}")


def tier_of(book: Book, typed: Sequence[str]) -> int:
    """Return the tier in which a book matches; 0 if it does not."""
    front, everything = words_of(book)
    if split_words(book.title) == typed:
        return 1
    *whole, last = typed
    if last in STOP_WORDS and (named := set(whole) - STOP_WORDS):
        return 2 if set(typed) <= set(front) else 3 if named <= set(everything) else 0
    if set(whole) <= set(front) and any(word.startswith(last) for word in front):
        return 2
    starts_rest = last in everything if len(last) <= 4 else any(word.startswith(last) for word in everything)
    is_found = starts_rest or any(word.startswith(last) for word in front)
    return 3 if set(whole) - STOP_WORDS <= set(everything) and is_found else 0


def fits(book: Book, wanted: Filters) -> bool:
    """Return whether a book has the value of each filter."""
    codes = [subject.code.lower() for subject in book.subjects]
    checks = {
        "subject": book.category == wanted.subject
        or any(code.startswith(wanted.subject.lower()) for code in codes),
        "form": find_form(book.form).group == wanted.form,
        "availability": book.availability.kind == wanted.availability,
        "language": book.language == wanted.language,
        "price": price_band_of(book.price.minor) == wanted.price,
        "person": wanted.person in [person.key for person in book.contributors],
        "series": book.series_key == wanted.series,
        "publisher": book.publisher_key == wanted.publisher,
    }
    return all(is_so for name, is_so in checks.items() if getattr(wanted, name))


def expected(catalogue: Sequence[Book], typed: Sequence[str], wanted: Filters) -> list[str]:
    """Return the ISBNs that reading every book finds, in order."""
    standing = {"shelf": 0, "order": 1, "preorder": 1, "none": 2}
    found = [
        (tier, standing[book.availability.kind], -day_number(book.published), book.isbn)
        for book in catalogue
        if (tier := tier_of(book, typed) if typed else 1) and fits(book, wanted)
    ]
    return [isbn for *_, isbn in sorted(found)]
