"""What a search without results offers instead."""

from collections.abc import Iterator
from heapq import nlargest
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import Connection

from bookshop.catalogue.book import Book
from bookshop.catalogue.recommendations import list_recommended
from bookshop.search.facet import ALL_BOOKS, Facet
from bookshop.search.facet_counts import count_by_value, count_tokens
from bookshop.search.filters import Filters
from bookshop.search.find_books import find_books
from bookshop.search.query import Query
from bookshop.search.results import Results
from bookshop.trade.categories import CATEGORIES, Category

# the longest words of a query say the most
MAX_WORDS_TRIED = 3
MIN_WORD_CHARS = 3
MAX_CATEGORIES = 6
NO_FILTERS = Filters()


class OtherSearch(NamedTuple):
    """A word to search for instead, what it may mean, and what it finds."""

    text: str
    meaning: tuple[str, ...]
    results: Results


class NothingFound(NamedTuple):
    """Ways to go on: without filters, by single words, by category, and books."""

    unfiltered: Results
    words: list[OtherSearch]
    categories: list[tuple[Category, int]]
    recommended: list[Book]
    has_books: bool


def load_nothing_found(db: Connection, text: str, filters: Filters) -> NothingFound:
    """Return what a page offers that has no book for this text and these filters."""
    has_filters = filters != NO_FILTERS
    unfiltered = find_books(db, Query.from_text(text), NO_FILTERS, 1) if text and has_filters else Results()
    counts = count_by_value(db, Facet.CATEGORY, CATEGORIES)
    largest = nlargest(MAX_CATEGORIES, counts.items(), key=itemgetter(1))
    return NothingFound(
        unfiltered,
        [] if unfiltered.count else list(_search_words(db, text)),
        [(CATEGORIES[slug], count) for slug, count in largest],
        list_recommended(db),
        bool(counts or count_tokens(db, [ALL_BOOKS]).get(ALL_BOOKS)),
    )


def _search_words(db: Connection, text: str) -> Iterator[OtherSearch]:
    """Search for the longest words of a text by themselves, with typos corrected."""
    words = list(dict.fromkeys(word for word in text.split() if len(word) >= MIN_WORD_CHARS))
    longest = sorted(words, key=len, reverse=True)[:MAX_WORDS_TRIED]
    for word in sorted(longest, key=words.index) if len(words) > 1 else ():
        results = find_books(db, Query.from_text(word), NO_FILTERS, 1)
        if results.count:
            yield OtherSearch(word, results.did_you_mean or (word,), results)
