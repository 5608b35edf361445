"""The fixed list of questions that bench.search asks."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Row, select

from bench.catalogue import COMMON, Library
from bench.east_asian import JOINTS
from bookshop.catalogue.book_page import load_book_page
from bookshop.catalogue.book_store import books_at_ranks
from bookshop.catalogue.suggestions import load_suggestions
from bookshop.schema import books, contributors
from bookshop.search.facet import Facet
from bookshop.search.filters import Filters
from bookshop.search.find_books import find_books, list_by_facet
from bookshop.search.query import Query
from bookshop.search.rank import rank_of
from bookshop.search.results import Cursor
from bookshop.search.sort import Sort
from bookshop.trade.availability import AvailabilityKind

PAGE_BOOKS = 24
LETTERS = "abcdefghijklmnoprstuvw"
EAST_ASIAN = {"chi": "Chinese", "jpn": "Japanese", "kor": "Korean"}
Work = Callable[[Connection], int]


@dataclass(frozen=True, slots=True)
class Question:
    """A search, or another page that reads the index."""

    kind: str
    work: Work
    # text and subject of the floor's query; empty for a question without a floor
    floor_query: str = ""


@dataclass(frozen=True, slots=True)
class SampleBook:
    """A book to make questions of."""

    isbn: str
    words: list[str]
    surname: str
    key: str
    language: str


def read_samples(db: Connection, count: int) -> list[SampleBook]:
    """Read books to ask about: `count` in Latin script, and as many of each East Asian language."""
    is_east_asian = books.c.language.in_(JOINTS)
    return [
        *_read_samples(db, ~is_east_asian, count),
        *(sample for language in JOINTS for sample in _read_samples(db, books.c.language == language, count)),
    ]


def _read_samples(db: Connection, condition: ColumnElement[bool], count: int) -> list[SampleBook]:
    statement = (
        select(books.c.isbn, books.c.title, books.c.language, contributors.c.name, contributors.c.key)
        .join(contributors, contributors.c.isbn == books.c.isbn)
        .where(contributors.c.position == 0, books.c.isbn > "9785", condition)
        .order_by(books.c.isbn)
        .limit(count)
    )
    return [sample_of(row) for row in db.execute(statement)]


def sample_of(row: Row[str, str, str, str, str]) -> SampleBook:
    """Read a sample from a row."""
    words, surname = row.title.lower().split(), row.name.split()[-1].lower()
    return SampleBook(row.isbn, words, surname, row.key, row.language)


def list_questions(samples: list[SampleBook]) -> Iterator[Question]:
    """Make the fixed list of questions."""
    chance = random.Random(7)
    common, rare = COMMON.split(), Library().words.texts[-2000:]
    narrowed = [
        {"subject": "fiction"},
        {"subject": "poetry"},
        {"subject": "F"},
        {"form": "hardback"},
        {"form": "audio"},
        {"availability": "shelf"},
        {"availability": "order"},
        {"availability": "none"},
        {"language": "fre"},
        {"language": "dut"},
        {"price": "1"},
        {"price": "5"},
    ]
    for sample in samples:
        words = sample.words
        if name := EAST_ASIAN.get(sample.language):
            run = max(words, key=len)
            yield ask(f"middle of a {name} title", run[1:4])
            yield ask("East Asian title and name", f"{' '.join(words)} {sample.surname}")
            yield ask("one East Asian character", run[0])
            continue
        yield ask("surname", sample.surname)
        yield ask("title word", chance.choice(words))
        yield ask("two words", f"{chance.choice(words)} {sample.surname}")
        yield ask("whole title", " ".join(words))
        yield ask("rare and common", f"the {chance.choice(rare)}")
        yield ask("word and short beginning", f"{chance.choice(words)} {sample.surname[:2]}")
        yield ask("common word and short beginning", f"{chance.choice(common)} {sample.surname[:1]}")
        yield ask("typo", misspell(chance, max(words, key=len)))
        yield browse("person's page", Facet.CONTRIBUTOR, sample.key)
        yield open_book(sample.isbn)
    for letter in LETTERS:
        yield ask("one letter", letter)
        yield ask("two letters", letter + chance.choice("aeiou"))
        yield ask("three letters", letter + chance.choice(("ea", "ai", "oo", "il", "or")))
    for word in common:
        yield ask("common word", word)
        yield ask("beginning of a common word", word[: max(len(word) - 1, 2)])
        yield ask("common words together", f"{word} of")
    for wanted in narrowed:
        for typed in ("the", "love", "of and", "the history of", "k"):
            yield ask("common words, narrowed", typed, **wanted)
        for other in narrowed[:4]:
            yield ask("no words, narrowed twice", "", **{**wanted, **other})
        yield ask("no words, narrowed", "", **wanted)
    for _ in range(20):
        yield ask("the", "the")
        yield ask("the of and a in", "the of and a in")
        yield ask("nothing typed", "")
        yield ask("no hits", "xyzzyx")
        yield ask("second page", "the", cursor_after(AvailabilityKind.SHELF, "2026-06"))
        yield ask("deep page", "love", cursor_after(AvailabilityKind.ORDER, "2015-06"))
    for code in ("F", "FC", "P", "WT", "J", "FF"):
        yield browse("subject page", Facet.SUBJECT, code)
    yield browse("category page", Facet.CATEGORY, "history")
    for sample in samples:
        yield from (suggest(sample.surname[:letters]) for letters in range(1, len(sample.surname) + 1))
    yield from list_sorted_questions()


def list_sorted_questions() -> Iterator[Question]:
    """Make the questions of pages in another order."""
    for sort in list(Sort)[1:]:
        for code in ("F", "FB", "P", "WT"):
            yield browse("subject page, sorted", Facet.SUBJECT, code, sort)
        yield ask("no words, narrowed, sorted", "", sort=sort, form="hardback")
        yield ask("no words, narrowed, sorted", "", sort=sort, language="fre")
        yield ask("no words, narrowed, sorted", "", sort=sort, price="5")
        yield ask("no words, narrowed, sorted", "", sort=sort, availability="none")
        yield ask("no words, narrowed twice, sorted", "", sort=sort, subject="fiction", form="audio")
        yield ask("nothing typed, sorted", "", sort=sort)
        for typed in ("the", "love", "the history of"):
            yield ask("common words, sorted", typed, sort=sort)


def suggest(typed: str) -> Question:
    """Ask for suggestions for the text typed so far."""

    def work(db: Connection) -> int:
        return load_suggestions(db, typed)["results"].count

    return Question("suggestions", work)


def ask(kind: str, typed: str, after: str = "", sort: str = Sort.RELEVANCE, **wanted: str) -> Question:
    """Ask for a page of search results: its count, its facets and its books."""
    query, filters = Query.from_text(typed), Filters(**wanted)

    def work(db: Connection) -> int:
        found = find_books(db, query, filters, PAGE_BOOKS, after, Sort(sort))
        books_at_ranks(db, found.ranks)
        return found.count

    return Question(kind, work, f"{typed}|{wanted.get('subject', '')}" if typed and not after else "")


def browse(kind: str, facet: Facet, value: str, sort: Sort = Sort.RELEVANCE) -> Question:
    """Ask for the page of a facet's value, such as a subject's."""

    def work(db: Connection) -> int:
        found = list_by_facet(db, facet, value, PAGE_BOOKS, "", sort)
        books_at_ranks(db, found.ranks)
        return found.count

    return Question(kind, work)


def open_book(isbn: str) -> Question:
    """Ask for everything on a book's page."""

    def work(db: Connection) -> int:
        return len(load_book_page(db, isbn) or ())

    return Question("book page", work)


def cursor_after(availability: AvailabilityKind, published: str) -> str:
    """Return the cursor of the page that follows a book of this availability and date."""
    return str(Cursor(2, rank_of("9785000000003", availability, published)))


def misspell(chance: random.Random, word: str) -> str:
    """Remove a letter from a word of more than four, or make a word that no book has."""
    removed = chance.randrange(len(word))
    return word[:removed] + word[removed + 1 :] if len(word) > 4 else f"{word}xyzzy"
