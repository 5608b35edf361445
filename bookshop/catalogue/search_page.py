"""What a page of search results shows."""

from collections.abc import Sequence
from typing import TypedDict

from sqlalchemy import Connection

from bookshop.catalogue.book import Book
from bookshop.catalogue.book_store import books_at_ranks
from bookshop.catalogue.list_range import ListRange
from bookshop.catalogue.nothing_found import NothingFound, load_nothing_found
from bookshop.catalogue.subject_names import subject_name
from bookshop.search.facet import Facet
from bookshop.search.facet_choices import FacetChoice, FacetGroup, ValueNames, chosen_filters, facet_groups
from bookshop.search.facet_counts import count_tokens
from bookshop.search.filters import Filters
from bookshop.search.find_books import find_books
from bookshop.search.query import Query
from bookshop.search.results import Results
from bookshop.search.words import split_words
from bookshop.trade.categories import Category, hue_of


class SearchPage(TypedDict):
    """The variables of the template."""

    query: str
    filters: Filters
    results: Results
    books: list[Book]
    named_category: Category | None
    highlighted_words: Sequence[str]
    facet_groups: Sequence[FacetGroup]
    chosen_filters: Sequence[FacetChoice]
    nothing_found: NothingFound | None
    hue: str


def load_search_page(
    db: Connection, text: str, filters: Filters, shown: ListRange, currency: str
) -> SearchPage:
    """Find a page of books, or what to offer instead."""
    query = Query.from_text(text)
    results = find_books(db, query, filters, shown.limit, shown.after, shown.sort)
    books = books_at_ranks(db, results.ranks)
    names = ValueNames(currency, subject_name(db, filters.subject))
    return {
        "query": text,
        "filters": filters,
        "results": results,
        "books": books,
        "named_category": find_named_category(db, query, filters),
        "highlighted_words": split_words(" ".join(results.did_you_mean)) or query.words,
        "facet_groups": facet_groups(filters, results.facet_counts, results.count, names),
        "chosen_filters": chosen_filters(filters, names),
        "nothing_found": None if books or shown.after else load_nothing_found(db, text, filters),
        "hue": hue_of(filters.subject),
    }


def find_named_category(db: Connection, query: Query, filters: Filters) -> Category | None:
    """Return the category that the query names, if it has books and is not chosen."""
    category = query.category
    if category is None or category.slug == filters.subject:
        return None
    return category if count_tokens(db, [Facet.CATEGORY.token(category.slug)]) else None
