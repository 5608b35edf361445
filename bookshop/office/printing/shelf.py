"""Where a book stands in the shop: by category, and there by its author."""

import re
from typing import NamedTuple

from bookshop.trade.categories import CATEGORIES

OTHERS = "Other books"
# in the order of the shop; other books come last
PLACES = {category.name: place for place, category in enumerate(CATEGORIES.values())}
# "Ana Gil and Bo Li", "Ana Gil, Bo Li and Cy Ho"
FIRST_AUTHOR = re.compile(r", | and ")


class Shelf(NamedTuple):
    """A category's name, and the name by which an author is shelved, which may be empty."""

    category: str
    author: str

    @property
    def key(self) -> tuple[int, str]:
        """The order in which one walks along the shelves."""
        return PLACES.get(self.category, len(PLACES)), self.author.casefold()


def find_shelf(category: str, byline: str) -> Shelf:
    """Return the shelf of a book in this category, by its first author's last name."""
    words = FIRST_AUTHOR.split(byline)[0].split()
    name = CATEGORIES[category].name if category in CATEGORIES else OTHERS
    return Shelf(name, words[-1] if words else "")
