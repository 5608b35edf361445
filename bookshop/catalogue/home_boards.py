"""How the few books of a small shop stand on the boards of its home page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bookshop.catalogue.book import Book
from bookshop.catalogue.book_list import BOOKS_PER_ROW
from bookshop.trade.categories import CATEGORIES, Category

# so many share a board with as many others
SHORT_SHELF = 3
# of the page; its window is butter, and its new books blush
HUES = ("mint", "rose", "sky")
# paper, which may be on a page more often than once
PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class CategoryShelf:
    """Books of one category of `count` books; without a category, what is left of several."""

    category: Category | None
    books: tuple[Book, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Board:
    """One long shelf, or two short ones with a bookend between them."""

    hue: str
    shelves: tuple[CategoryShelf, ...]


def arrange_boards(books: Sequence[Book], counts: Mapping[str, int], free_hues: list[str]) -> list[Board]:
    """Return the boards of these books, by the numbers of books of all categories.

    Each board takes its hue out of the free ones, since none may be on a page twice.
    """
    return [Board(_take_hue(free_hues, group), group) for group in _share_boards(make_shelves(books, counts))]


def make_shelves(books: Sequence[Book], counts: Mapping[str, int]) -> list[CategoryShelf]:
    """Return a shelf for each category of two books or more, and one for all others."""
    by_category = {slug: tuple(book for book in books if book.category == slug) for slug in CATEGORIES}
    shelves = [
        CategoryShelf(CATEGORIES[slug], found[:BOOKS_PER_ROW], counts.get(slug, len(found)))
        for slug, found in by_category.items()
        if len(found) > 1
    ]
    others = tuple(book for book in books if len(by_category.get(book.category, ())) < 2)
    return [*shelves, CategoryShelf(None, others[:BOOKS_PER_ROW], len(others))] if others else shelves


def _share_boards(shelves: Sequence[CategoryShelf]) -> Iterator[tuple[CategoryShelf, ...]]:
    """Yield the shelves of each board: long ones alone, short ones in pairs."""
    short = [shelf for shelf in shelves if len(shelf.books) <= SHORT_SHELF]
    yield from ((shelf,) for shelf in shelves if shelf not in short)
    yield from (tuple(short[n : n + 2]) for n in range(0, len(short), 2))


def _take_hue(free_hues: list[str], shelves: tuple[CategoryShelf, ...]) -> str:
    """Return the hue of the first category, or the next that is free, and take it out of these."""
    category = shelves[0].category
    hue = category.hue if category and category.hue in free_hues else next(iter(free_hues), PLAIN)
    if hue in free_hues:
        free_hues.remove(hue)
    return hue
