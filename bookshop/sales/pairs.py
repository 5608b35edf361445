"""Which pairs of books an order has."""

from collections.abc import Collection
from itertools import permutations
from typing import TypeAlias

# both ways
Pairs: TypeAlias = frozenset[tuple[str, str]]

# an order of more is a school's or a library's, and tells little about a reader's taste
MAX_BOOKS_OF_PAIRS = 20


def pairs_of(isbns: Collection[str]) -> Pairs:
    """Return the pairs of an order of these books, each both ways; none if they are too many."""
    different = set(isbns)
    return frozenset(permutations(different, 2)) if len(different) <= MAX_BOOKS_OF_PAIRS else frozenset()
