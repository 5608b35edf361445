"""A page of search results, and where the next one begins."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from bookshop.search.rank import BEFORE_FIRST
from bookshop.search.sort_cursor import SortCursor

# as many digits as a rank has
CURSOR = re.compile(r"([1-3])-([0-9a-f]{1,14})", re.ASCII)


class Cursor(NamedTuple):
    """The tier and the rank of a page's last book."""

    tier: int
    rank: int

    def __str__(self) -> str:
        return f"{self.tier}-{self.rank:x}"

    @classmethod
    def from_text(cls, text: str) -> "Cursor":
        """Read a cursor from an address; the start of the results if it is invalid."""
        match = CURSOR.fullmatch(text)
        return cls(int(match[1]), int(match[2], 16)) if match else START


START = Cursor(1, BEFORE_FIRST)


@dataclass(frozen=True, slots=True)
class Results:
    """A page of results.

    `ranks` are the books in order; `count` is the number of all results, or MAX_COUNTED if
    `has_more_than_count`; `next_cursor` is empty on the last page. `facet_counts` has the tokens that filter
    the results with their numbers of books, None where they were not counted. `did_you_mean` are the phrases
    that were searched for instead, or if there are many of them, the words that replaced misspelled ones. If
    `is_sorted_in_part`, only the first MAX_COUNTED results by relevance were put into the wanted order.
    """

    ranks: tuple[int, ...] = ()
    count: int = 0
    has_more_than_count: bool = False
    next_cursor: str = ""
    facet_counts: Mapping[str, int | None] = field(default_factory=dict)
    did_you_mean: tuple[str, ...] = ()
    is_sorted_in_part: bool = False

    @classmethod
    def first_of(cls, cursors: Sequence[Cursor | SortCursor], limit: int, count: int) -> "Results":
        """Return a page of the first `limit` books, with a cursor if there are more."""
        next_cursor = str(cursors[limit - 1]) if len(cursors) > limit else ""
        return cls(tuple(cursor.rank for cursor in cursors[:limit]), count, next_cursor=next_cursor)
