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
from bookshop.covers.cover import Cover
from bookshop.search.facet import ALL_BOOKS, Facet
from bookshop.search.facet_counts import count_tokens
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
    displays = list_displays(db)
    counts = count_tokens(db, [ALL_BOOKS, *map(Facet.CATEGORY.token, CATEGORIES)])
    return {
        "window": [pick.book for pick in displays["window"]][:3],
        "new": list_newest(db, "", BOOKS_PER_ROW),
        "new_count": counts.get(ALL_BOOKS, 0),
        "picks": displays[STAFF_PICKS][:3],
        "loved": [pick.book for pick in displays["loved"]][:BOOKS_PER_ROW],
        "tiles": list_tiles(db, counts),
    }


def list_tiles(db: Connection, counts: Mapping[str, int]) -> list[CategoryTile]:
    """Return the categories that have books by these counts of tokens, in the shop's order."""
    covers = list_category_covers(db, COVERS_PER_TILE)
    return [
        CategoryTile(category, count, _covers_of(slug, covers))
        for slug, category in CATEGORIES.items()
        if (count := counts.get(Facet.CATEGORY.token(slug)))
    ]


def _covers_of(slug: str, covers: Sequence[Cover]) -> tuple[Cover, ...]:
    return tuple(cover for cover in covers if cover.category == slug)
