"""The shelves below a book: its series, more by its authors, what else a reader may like."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Connection

from bookshop.catalogue.book import Book
from bookshop.catalogue.book_list import BOOKS_PER_ROW, ShelfPlace
from bookshop.catalogue.book_store import books_by_rank
from bookshop.catalogue.credits import Credit
from bookshop.catalogue.nearby_store import list_nearby
from bookshop.catalogue.series_order import places_around

SERIES_PLACES = 8
FEW_MORE = 3


@dataclass(frozen=True, slots=True)
class BookShelves:
    """No book is on two of them, nor another edition of the page's book on any."""

    series: tuple[ShelfPlace, ...] = ()
    by_people: tuple[Book, ...] = ()
    suggestions: tuple[Book, ...] = ()
    are_also_bought: bool = False


def load_shelves(db: Connection, book: Book, lead: Credit | None, editions: Sequence[Book]) -> BookShelves:
    """Return the shelves of a book with these other editions; `lead` has its authors.

    Instead of a book that cannot be bought, only those on the shelves are suggested.
    """
    # a few more, since some are on another shelf or several editions of one book
    most_read = BOOKS_PER_ROW + len(editions) + FEW_MORE
    nearby = list_nearby(db, book, lead.people if lead else (), most_read)
    places = places_around(nearby.series, book.isbn, SERIES_PLACES)
    in_series = {place.entry.rank: place.entry.isbn for place in places if place.entry}
    found = books_by_rank(db, {*in_series, *nearby.by_people, *nearby.also_bought, *nearby.neighbours})
    shown = {*in_series.values(), *(edition.isbn for edition in editions)}
    also_bought = [
        found[rank]
        for rank in nearby.also_bought
        if rank in found and found[rank].can_be_bought and found[rank].isbn not in shown
    ]
    near = also_bought or [found[rank] for rank in nearby.neighbours if rank in found]
    if not book.can_be_bought:
        near = [other for other in near if other.is_on_shelf]
    series = [
        ShelfPlace(place.number, found.get(place.entry.rank) if place.entry else None) for place in places
    ]
    shelf = _Shelf([book, *editions, *(place.book for place in series if place.book)])
    suggestions = shelf.take(near)
    by_people = shelf.take(found[rank] for rank in nearby.by_people if rank in found)
    has_series = sum(place.book is not None for place in series) > 1
    return BookShelves(tuple(series) if has_series else (), by_people, suggestions, bool(also_bought))


def list_same_shelf(db: Connection, book: Book) -> tuple[Book, ...]:
    """Return books beside this one in its category that can be bought."""
    ranks = list_nearby(db, book, (), BOOKS_PER_ROW + FEW_MORE).neighbours
    found = books_by_rank(db, ranks)
    return _Shelf([book]).take(found[rank] for rank in ranks if rank in found)


class _Shelf:
    """Takes books that can be bought, of which neither they nor another edition are shown."""

    def __init__(self, shown: Iterable[Book]) -> None:
        self._shown = {key for book in shown for key in _keys_of(book)}

    def take(self, books: Iterable[Book]) -> tuple[Book, ...]:
        # asked again, since the index follows the stock some seconds later
        offered = (book for book in books if book.can_be_bought and self._add(book))
        return tuple(islice(offered, BOOKS_PER_ROW))

    def _add(self, book: Book) -> bool:
        keys = _keys_of(book)
        is_new = self._shown.isdisjoint(keys)
        self._shown.update(keys)
        return is_new


def _keys_of(book: Book) -> set[str | tuple[str, str]]:
    """Return what editions of a book share, even if no feed relates them."""
    return {book.isbn, (book.title.casefold(), book.byline), *filter(None, [book.work])}
