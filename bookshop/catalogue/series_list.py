"""The books of a series, by their numbers."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select

from bookshop.catalogue.book_list import BookList, one_section
from bookshop.catalogue.book_store import books_at_ranks
from bookshop.catalogue.list_opening import make_opening, opening_range
from bookshop.catalogue.list_range import ListRange
from bookshop.catalogue.series_order import SeriesEntry, missing_numbers, order_in_series
from bookshop.schema import books
from bookshop.search.facet import Facet
from bookshop.search.find_books import list_by_facet
from bookshop.search.results import Results
from bookshop.search.sort import Sort
from bookshop.trade.categories import hue_of

# a longer series is shown in the shop's order
MAX_NUMBERED_BOOKS = 500


def load_series_list(db: Connection, key: str, shown: ListRange) -> BookList | None:
    """Return the books of a series, by their numbers unless sorted; None if the key is unknown."""
    results, missing = list_by_facet(db, Facet.SERIES, key, MAX_NUMBERED_BOOKS), {}
    if results.count > MAX_NUMBERED_BOOKS or shown.sort is not Sort.RELEVANCE:
        results = list_by_facet(db, Facet.SERIES, key, shown.limit, shown.after, shown.sort)
    elif results.count:
        entries = sorted(list_series_entries(db, results.ranks), key=order_in_series)
        results, missing = _page_by_number(entries, shown), missing_numbers(entries)
    found = books_at_ranks(db, results.ranks)
    if not found:
        return None
    books = found[: shown.limit]
    notes = {book.isbn: f"Number {book.series_number}" for book in books if book.series_number}
    return BookList(
        books[0].series,
        one_section(books),
        results.count,
        results.next_cursor,
        notes=notes,
        hue=hue_of(books[0].category),
        missing=missing,
        opening=make_opening(db, found, results.count, shown),
    )


LIST_SERIES_ENTRIES = select(books.c.rank, books.c.series_number, books.c.published, books.c.isbn).where(
    books.c.rank.in_(bindparam("ranks", expanding=True))
)


def list_series_entries(db: Connection, ranks: Sequence[int]) -> list[SeriesEntry]:
    """Return the books with these ranks as entries of their series."""
    return [SeriesEntry(*row) for row in db.execute(LIST_SERIES_ENTRIES, {"ranks": list(ranks)})]


def _page_by_number(entries: Sequence[SeriesEntry], shown: ListRange) -> Results:
    """Return the books of a page, and with the first ones as many as there may be spines."""
    start = next((n + 1 for n, entry in enumerate(entries) if entry.isbn == shown.after), 0)
    end = start + shown.limit
    next_cursor = entries[end - 1].isbn if end < len(entries) else ""
    read = entries[start : start + opening_range(shown)]
    return Results(tuple(entry.rank for entry in read), len(entries), next_cursor=next_cursor)
