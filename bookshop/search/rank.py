"""The rank of a book: the number that orders every list and is its id in the search index.

Books in stock come first, then those that can be ordered, then the rest; in each group the newest come first,
then the lowest ISBNs. So one index returns results in order, and each group is one range of ranks.
"""

from datetime import date
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from bookshop.trade.availability import AvailabilityKind

GROUP_BITS, DAY_BITS, ISBN_BITS = 2, 20, 31
MAX_DAY_NUMBER = (1 << DAY_BITS) - 1
MAX_RANK = (1 << GROUP_BITS + DAY_BITS + ISBN_BITS) - 1
BEFORE_FIRST = -1


class RankGroup(IntEnum):
    """The books that come first, second and last."""

    IN_STOCK = 0
    ORDERABLE = 1
    UNAVAILABLE = 2

    @property
    def last_rank(self) -> int:
        """Return the highest rank that a book of this group can have."""
        return _last_rank(self)

    @property
    def ranks(self) -> "RankRange":
        """Return the range of this group's ranks."""
        return RankRange(_last_rank(self - 1), _last_rank(self))


GROUP_BY_AVAILABILITY = {
    AvailabilityKind.SHELF: RankGroup.IN_STOCK,
    AvailabilityKind.ORDER: RankGroup.ORDERABLE,
    AvailabilityKind.PREORDER: RankGroup.ORDERABLE,
    AvailabilityKind.NONE: RankGroup.UNAVAILABLE,
}


class RankRange(NamedTuple):
    """The ranks above `after`, up to and including `last`."""

    after: int = BEFORE_FIRST
    last: int = MAX_RANK


def _last_rank(group: int) -> int:
    return (group + 1 << DAY_BITS + ISBN_BITS) - 1


def rank_of(isbn: str, availability: AvailabilityKind, published: str) -> int:
    """Return the rank of a book; `published` is YYYY, YYYY-MM, YYYY-MM-DD or unknown."""
    isbn_number = (isbn[2] == "9") * 10**9 + int(isbn[3:12])
    days_before_max = MAX_DAY_NUMBER - day_number(published)
    return (GROUP_BY_AVAILABILITY[availability] << DAY_BITS | days_before_max) << ISBN_BITS | isbn_number


@lru_cache(maxsize=10_000)
def day_number(published: str) -> int:
    """Return the ordinal of a date, the first day of a month or a year; 0 if it is unknown."""
    try:
        year, month, day = (*map(int, published.split("-")), 1, 1)[:3]
        return min(date(year, month, day).toordinal(), MAX_DAY_NUMBER)
    except ValueError:
        return 0
