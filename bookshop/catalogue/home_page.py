"""What the home page shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from sqlalchemy import Connection

from bookshop.catalogue.book import Book, Pick
from bookshop.catalogue.book_list import BOOKS_PER_ROW
from bookshop.catalogue.cover_store import list_category_covers
from bookshop.catalogue.dated_books import list_newest
from bookshop.catalogue.display_store import STAFF_PICKS, list_displays
from bookshop.covers.cover import Cover
from bookshop.search.facet import Facet
from bookshop.search.facet_counts import count_by_value
from bookshop.trade.categories import CATEGORIES, Category

COVERS_PER_TILE = 2


@dataclass(frozen=True, slots=True)
class CategoryTile:
    """A category with its number of books and the covers of the first ones."""

    category: Category
    count: int
    covers: tuple[Cover, ...]


class HomePage(TypedDict):
    """The variables of the template."""

    window: list[Book]
    new: list[Book]
    new_count: int
    picks: list[Pick]
    loved: list[Book]
    tiles: list[CategoryTile]


def load_home_page(db: Connection) -> HomePage:
    displays, tiles = list_displays(db), list_tiles(db)
    return {
        "window": [pick.book for pick in displays["window"]][:3],
        "new": list_newest(db, "", BOOKS_PER_ROW),
        "new_count": sum(tile.count for tile in tiles),
        "picks": displays[STAFF_PICKS][:3],
        "loved": [pick.book for pick in displays["loved"]][:BOOKS_PER_ROW],
        "tiles": tiles,
    }


def list_tiles(db: Connection) -> list[CategoryTile]:
    """Return the categories that have books, in the shop's order."""
    counts = count_by_value(db, Facet.CATEGORY, CATEGORIES)
    covers = list_category_covers(db, COVERS_PER_TILE)
    return [
        CategoryTile(category, counts[slug], _covers_of(slug, covers))
        for slug, category in CATEGORIES.items()
        if slug in counts
    ]


def _covers_of(slug: str, covers: Sequence[Cover]) -> tuple[Cover, ...]:
    return tuple(cover for cover in covers if cover.category == slug)
