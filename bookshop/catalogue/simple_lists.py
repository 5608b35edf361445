"""Lists without sections: a publisher's books, new and forthcoming ones, and displays."""

from collections.abc import Sequence

from sqlalchemy import Connection

from bookshop.catalogue.book import Book, Pick
from bookshop.catalogue.book_list import BookList, one_section
from bookshop.catalogue.book_store import books_at_ranks, list_ranks
from bookshop.catalogue.dated_books import (
    list_forthcoming,
    list_forthcoming_ranks,
    list_newest,
    list_newest_ranks,
)
from bookshop.catalogue.display_store import list_display
from bookshop.catalogue.list_opening import first_of, make_opening, opening_range
from bookshop.catalogue.list_range import ListRange
from bookshop.search.facet import Facet
from bookshop.search.find_books import MAX_COUNTED, list_by_facet, sort_results
from bookshop.search.sort import Sort
from bookshop.trade.categories import hue_of

DISPLAY_TITLES = {"picks": "Staff picks", "loved": "Well loved"}


def load_publisher_list(db: Connection, key: str, shown: ListRange) -> BookList | None:
    """Return a publisher's books; None if the key is unknown."""
    found = list_by_facet(db, Facet.PUBLISHER, key, opening_range(shown), shown.after, shown.sort)
    results = first_of(found, shown.limit)
    books = books_at_ranks(db, found.ranks)
    if not books:
        return None
    return BookList(
        books[0].publisher,
        one_section(books[: shown.limit]),
        results.count,
        results.next_cursor,
        hue=hue_of(books[0].category),
        opening=make_opening(db, books, found.count, shown, with_series=True),
    )


def load_new_books(db: Connection, shown: ListRange) -> BookList:
    if shown.sort is not Sort.RELEVANCE:
        return _sorted_list(db, "New books", list_newest_ranks(db, MAX_COUNTED + 1), shown)
    return _uncounted_list("New books", list_newest(db, shown.after, shown.limit + 1), shown)


def load_forthcoming_books(db: Connection, today: str, shown: ListRange) -> BookList:
    if shown.sort is not Sort.RELEVANCE:
        ranks = list_forthcoming_ranks(db, today, MAX_COUNTED + 1)
        return _sorted_list(db, "Coming soon", ranks, shown)
    books = list_forthcoming(db, today, shown.after, shown.limit + 1)
    return _uncounted_list("Coming soon", books, shown)


def _uncounted_list(title: str, books: Sequence[Book], shown: ListRange) -> BookList:
    after = books[shown.limit - 1].isbn if len(books) > shown.limit else ""
    return BookList(title, one_section(books[: shown.limit]), after=after)


def _sorted_list(db: Connection, title: str, ranks: Sequence[int], shown: ListRange) -> BookList:
    """Put the first books of a list into another order."""
    results = sort_results(db, ranks[:MAX_COUNTED], shown.limit, shown.after, shown.sort)
    books = one_section(books_at_ranks(db, results.ranks))
    return BookList(title, books, after=results.next_cursor, is_sorted_in_part=len(ranks) > MAX_COUNTED)


def load_display_list(db: Connection, name: str, shown: ListRange) -> BookList:
    """Return a display, in the bookseller's order unless sorted, with the bookseller's notes."""
    picks = list_display(db, name)
    if shown.sort is not Sort.RELEVANCE:
        picks = _sort_picks(db, picks, shown.sort)
    return BookList(
        DISPLAY_TITLES[name],
        one_section(pick.book for pick in picks),
        len(picks),
        notes={pick.book.isbn: pick.note for pick in picks},
        signers={pick.book.isbn: pick.by for pick in picks if pick.note},
    )


def _sort_picks(db: Connection, picks: Sequence[Pick], sort: Sort) -> list[Pick]:
    ranks = list_ranks(db, [pick.book.isbn for pick in picks])
    ordered = books_at_ranks(db, sort_results(db, ranks, len(ranks), "", sort).ranks)
    by_isbn = {pick.book.isbn: pick for pick in picks}
    return [by_isbn[book.isbn] for book in ordered]
