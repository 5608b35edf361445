"""What a list shows above its bookcase: all books as spines, and series in order."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from bookshop.catalogue.book import Book
from bookshop.catalogue.book_list import Opening, SeriesShelf
from bookshop.catalogue.book_shelves import list_same_shelf
from bookshop.catalogue.list_range import ListRange
from bookshop.catalogue.series_order import SeriesEntry, order_in_series
from bookshop.search.results import START, Cursor, Results
from bookshop.trade.categories import CATEGORIES

# fewer are seen at a glance as covers; more would be too many links before the bookcase
MIN_SPINES, MAX_SPINES = 7, 60
MAX_SERIES = 6


def opening_range(shown: ListRange) -> int:
    """Return how many books to read: with the first ones, as many as there may be spines."""
    return MAX_SPINES if shown.is_first else shown.limit


def first_of(results: Results, limit: int) -> Results:
    """Return a page of the first of these books by facet, with a cursor if there are more."""
    if len(results.ranks) <= limit:
        return results
    ranks = results.ranks[:limit]
    return replace(results, ranks=ranks, next_cursor=str(Cursor(START.tier, ranks[-1])))


def make_opening(
    db: Connection, books: Sequence[Book], count: int, shown: ListRange, *, with_series: bool = False
) -> Opening:
    """Return the opening of a list from its first books."""
    category = CATEGORIES.get(books[0].category) if books else None
    # butter is the awning's own hue
    hues = sorted(category.other_hues, key="butter".__eq__) if category else ()
    opening = Opening(hues=tuple(hues)) if hues else Opening()
    if count == len(books) == 1:
        return replace(opening, same_shelf=list_same_shelf(db, books[0]))
    if not shown.is_first:
        return opening
    series = find_series(books, is_whole=len(books) == count)
    has_spines = MIN_SPINES <= count == len(books)
    return replace(
        opening,
        series=series[:MAX_SERIES] if with_series else (),
        spines=_in_order(books, series) if has_spines else (),
    )


def find_series(books: Sequence[Book], *, is_whole: bool) -> tuple[SeriesShelf, ...]:
    """Return the series that several of these books belong to, the longest first."""
    by_key: dict[str, list[Book]] = {}
    for book in books:
        if book.series_key:
            by_key.setdefault(book.series_key, []).append(book)
    found = [
        SeriesShelf(key, tuple(sorted(mates, key=_place)), len(mates) if is_whole else None)
        for key, mates in by_key.items()
        if len(mates) > 1
    ]
    return tuple(sorted(found, key=lambda series: -len(series.books)))


def _in_order(books: Sequence[Book], series: Sequence[SeriesShelf]) -> tuple[Book, ...]:
    """Put series before other books, each in its order, and the others as they were published."""
    of_series = [book for one in series for book in one.books]
    others = {book.isbn: book for book in books}
    for book in of_series:
        del others[book.isbn]
    return (*of_series, *sorted(others.values(), key=lambda book: (book.published or "~", book.title)))


def _place(book: Book) -> tuple[float, str, str, str]:
    return order_in_series(SeriesEntry(0, book.series_number, book.published, book.isbn))
