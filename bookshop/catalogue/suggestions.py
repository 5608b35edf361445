"""What shoppers may mean by what they have typed so far: books, people, series and subjects."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple, TypedDict

from sqlalchemy import Connection

from bookshop.catalogue.book import Book
from bookshop.catalogue.book_store import books_at_ranks
from bookshop.search.facet import LAST_CHAR, Facet
from bookshop.search.facet_counts import count_tokens
from bookshop.search.filters import Filters
from bookshop.search.find_books import find_books
from bookshop.search.name_starts import start_of, starts_of
from bookshop.search.name_store import find_names
from bookshop.search.query import Query
from bookshop.search.results import Results
from bookshop.search.words import is_unspaced, split_words
from bookshop.trade.categories import CATEGORIES
from bookshop.trade.text import WORDS
from bookshop.trade.thema import thema_headings

MAX_BOOKS = 4
# editions of one book are suggested once
MAX_EDITIONS = 12
MAX_PEOPLE = 3
# together with series
MAX_SUBJECTS = 3
MAX_SERIES = 2


class SuggestedList(NamedTuple):
    """A person, a series or a subject, with the value of its facet and its number of books."""

    facet: Facet
    value: str
    name: str
    books: int

    @property
    def monogram(self) -> str:
        """Return the initials of a person; else, and of an unspaced name, the first letter."""
        words: list[str] = WORDS.findall(self.name) or [self.name]
        is_whole = self.facet is not Facet.CONTRIBUTOR or len(words) == 1 or is_unspaced(words[0])
        return (words[0][0] if is_whole else words[0][0] + words[-1][0]).upper()


class Suggestions(TypedDict):
    """The variables of the template."""

    query: str
    results: Results
    books: Sequence[Book]
    people: Sequence[SuggestedList]
    series: Sequence[SuggestedList]
    subjects: Sequence[SuggestedList]
    highlighted_words: Sequence[str]


def load_suggestions(db: Connection, text: str) -> Suggestions:
    """Find a few of each kind; the books are the first that a search for the text would find."""
    query = Query.from_text(text)
    results = find_books(db, query, Filters(), MAX_EDITIONS) if query.words else Results()
    names = [_of_name(*name) for name in find_names(db, text)]
    series = [name for name in names if name.facet is Facet.SERIES][:MAX_SERIES]
    return {
        "query": text,
        "results": results,
        "books": _one_edition_each(books_at_ranks(db, results.ranks))[:MAX_BOOKS],
        "people": [name for name in names if name.facet is Facet.CONTRIBUTOR][:MAX_PEOPLE],
        "series": series,
        "subjects": find_subjects(db, text)[: MAX_SUBJECTS - len(series)],
        "highlighted_words": split_words(" ".join(results.did_you_mean)) or query.words,
    }


def _of_name(token: str, name: str, books: int) -> SuggestedList:
    facet = Facet(token[0])
    return SuggestedList(facet, facet.value_of(token), name, books)


def _one_edition_each(books: Iterable[Book]) -> list[Book]:
    first: dict[tuple[str, str], Book] = {}
    for book in books:
        first.setdefault((book.title.casefold(), book.byline.casefold()), book)
    return list(first.values())


class SubjectStart(NamedTuple):
    """A text by whose beginning a subject is found."""

    start: str
    facet: Facet
    value: str
    name: str


def find_subjects(db: Connection, text: str) -> list[SuggestedList]:
    """Return the subjects with a word that begins so, those with most books first."""
    first = start_of(text)
    starts = list_subject_starts()
    begin, end = (bisect_left(starts, (edge,)) for edge in (first, first + LAST_CHAR))
    # one of each name: a category before a heading
    found = {start.name: start for start in reversed(starts[begin:end])} if first else {}
    counts = count_tokens(db, (start.facet.token(start.value) for start in found.values())) if found else {}
    counted = (
        SuggestedList(start.facet, start.value, start.name, books)
        for start in found.values()
        if (books := counts.get(start.facet.token(start.value)))
    )
    return sorted(counted, key=lambda subject: (-subject.books, subject.name))


@cache
def list_subject_starts() -> list[SubjectStart]:
    """Return the starts of the names of categories and of Thema's headings, sorted."""
    subjects = [
        *((Facet.CATEGORY, category.slug, category.name) for category in CATEGORIES.values()),
        *((Facet.SUBJECT, code, name) for code, name in thema_headings().items()),
    ]
    return sorted(SubjectStart(start, *subject) for subject in subjects for start in starts_of(subject[2]))
