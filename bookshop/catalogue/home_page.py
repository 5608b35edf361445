"""What the home page shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from sqlalchemy import Connection

from bookshop.catalogue.book import Book, Pick
from bookshop.catalogue.book_list import BOOKS_PER_ROW
from bookshop.catalogue.cover_store import list_category_covers
from bookshop.catalogue.dated_books import list_newest
from bookshop.catalogue.display_store import STAFF_PICKS, list_displays
from bookshop.catalogue.home_boards import HUES, PLAIN, Board, arrange_boards
from bookshop.catalogue.menu import FEW_BOOKS
from bookshop.covers.cover import Cover
from bookshop.search.facet import ALL_BOOKS, Facet
from bookshop.search.facet_counts import count_tokens
from bookshop.trade.categories import CATEGORIES, Category

COVERS_PER_TILE = 2
BOOKS_IN_WINDOW = 3


@dataclass(frozen=True, slots=True)
class CategoryTile:
    """A category with its number of books and the covers of the first ones."""

    category: Category
    count: int
    covers: tuple[Cover, ...]


class HomePage(TypedDict):
    """The variables of the template, which shows the first of `picks` and of `loved`.

    A shop of few books has boards instead of tiles.
    """

    book_count: int
    window: list[Book]
    new: list[Book]
    picks: list[Pick]
    loved: list[Book]
    boards: list[Board]
    tiles: list[CategoryTile]
    visit_hue: str


def load_home_page(db: Connection) -> HomePage:
    displays = list_displays(db)
    counts = count_tokens(db, [ALL_BOOKS, *map(Facet.CATEGORY.token, CATEGORIES)])
    book_count = counts.get(ALL_BOOKS, 0)
    has_few = book_count <= FEW_BOOKS
    newest = list_newest(db, "", FEW_BOOKS if has_few else BOOKS_IN_WINDOW + BOOKS_PER_ROW)
    window = _books_of(displays["window"])[:BOOKS_IN_WINDOW] or newest[:BOOKS_IN_WINDOW]
    rest = _without(newest, window)
    new, picks = rest[:BOOKS_PER_ROW], displays[STAFF_PICKS]
    loved = _without(_books_of(displays["loved"]), [*window, *new])
    others = _without(rest, [*new, *loved, *_books_of(picks)]) if has_few else []
    free_hues = [hue for hue in HUES if hue != "sky" or not loved]
    return {
        "book_count": book_count,
        "window": window,
        "new": new,
        "picks": picks,
        "loved": loved,
        "boards": arrange_boards(others, count_categories(counts), free_hues),
        "tiles": [] if has_few else list_tiles(db, counts),
        "visit_hue": next(iter(free_hues), PLAIN),
    }


def _without(books: Sequence[Book], shown: Sequence[Book]) -> list[Book]:
    # by ISBN, since a book has many columns to compare
    isbns = {book.isbn for book in shown}
    return [book for book in books if book.isbn not in isbns]


def _books_of(picks: Sequence[Pick]) -> list[Book]:
    return [pick.book for pick in picks]


def count_categories(counts: Mapping[str, int]) -> dict[str, int]:
    """Return the numbers of books of the categories by these counts of tokens."""
    return {slug: counts.get(Facet.CATEGORY.token(slug), 0) for slug in CATEGORIES}


def list_tiles(db: Connection, counts: Mapping[str, int]) -> list[CategoryTile]:
    """Return the categories that have books by these counts of tokens, in the shop's order."""
    covers = list_category_covers(db, COVERS_PER_TILE)
    return [
        CategoryTile(CATEGORIES[slug], count, _covers_of(slug, covers))
        for slug, count in count_categories(counts).items()
        if count
    ]


def _covers_of(slug: str, covers: Sequence[Cover]) -> tuple[Cover, ...]:
    return tuple(cover for cover in covers if cover.category == slug)
