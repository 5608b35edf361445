"""The books of a series, by their numbers."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select

from bookshop.catalogue.book_list import BookList, one_section
from bookshop.catalogue.book_store import books_at_ranks
from bookshop.catalogue.list_range import ListRange
from bookshop.catalogue.series_order import SeriesEntry, order_in_series
from bookshop.schema import books
from bookshop.search.facet import Facet
from bookshop.search.find_books import list_by_facet
from bookshop.search.results import Results
from bookshop.search.sort import Sort

# a longer series is shown in the shop's order
MAX_NUMBERED_BOOKS = 500


def load_series_list(db: Connection, key: str, shown: ListRange) -> BookList | None:
    """Return the books of a series, by their numbers unless sorted; None if the key is unknown."""
    results = list_by_facet(db, Facet.SERIES, key, MAX_NUMBERED_BOOKS)
    if results.count > MAX_NUMBERED_BOOKS or shown.sort is not Sort.RELEVANCE:
        results = list_by_facet(db, Facet.SERIES, key, shown.limit, shown.after, shown.sort)
    elif results.count:
        results = _page_by_number(list_series_entries(db, results.ranks), shown)
    found = books_at_ranks(db, results.ranks)
    if not found:
        return None
    notes = {book.isbn: f"Number {book.series_number}" for book in found if book.series_number}
    return BookList(found[0].series, one_section(found), results.count, results.next_cursor, notes=notes)


LIST_SERIES_ENTRIES = select(books.c.rank, books.c.series_number, books.c.published, books.c.isbn).where(
    books.c.rank.in_(bindparam("ranks", expanding=True))
)


def list_series_entries(db: Connection, ranks: Sequence[int]) -> list[SeriesEntry]:
    """Return the books with these ranks as entries of their series."""
    return [SeriesEntry(*row) for row in db.execute(LIST_SERIES_ENTRIES, {"ranks": list(ranks)})]


def _page_by_number(entries: Sequence[SeriesEntry], shown: ListRange) -> Results:
    ordered = sorted(entries, key=order_in_series)
    start = next((n + 1 for n, entry in enumerate(ordered) if entry.isbn == shown.after), 0)
    end = start + shown.limit
    page = ordered[start:end]
    next_cursor = page[-1].isbn if end < len(ordered) else ""
    return Results(tuple(entry.rank for entry in page), len(ordered), next_cursor=next_cursor)
