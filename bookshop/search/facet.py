"""Facets: the properties of books by which results are filtered and lists are made.

The search index stores each value of a facet as a token, whose first letter is that of the facet.
"""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import lru_cache

from bookshop.search.price_band import PRICE_BANDS
from bookshop.trade.availability import AvailabilityKind
from bookshop.trade.categories import CATEGORIES
from bookshop.trade.product_forms import FORM_GROUPS

# between prefix and word; no word contains it, so that no typed text can match a token of another kind
SEPARATOR = "_"
MAX_FACET_VALUE_CHARS = 80
NOT_IN_TOKENS = re.compile(r"[^\w-]")
LAST_CHAR = "\U0010ffff"


class Facet(StrEnum):
    """A property of books with many values; the letter begins its tokens."""

    ALL = "a"
    CATEGORY = "s"
    FORM = "f"
    AVAILABILITY = "v"
    LANGUAGE = "l"
    PRICE = "p"
    # Thema
    SUBJECT = "t"
    CONTRIBUTOR = "c"
    SERIES = "r"
    PUBLISHER = "u"

    @property
    def prefix(self) -> str:
        """Return what all tokens of this facet begin with."""
        return self + SEPARATOR

    @property
    def values(self) -> tuple[str, ...]:
        """Return the values in the shop's order; empty where values are open."""
        return FACET_VALUES.get(self, ())

    def token(self, value: str) -> str:
        """Return the token of a value, without characters that tokens cannot contain."""
        return _token(self, value)

    def value_of(self, token: str) -> str:
        """Return the value of one of this facet's tokens."""
        return token.removeprefix(self.prefix)

    def owns(self, token: str) -> bool:
        """Return whether a token is one of this facet."""
        return token.startswith(self.prefix)

    def token_range(self, first: str = "", last: str = "") -> tuple[str, str]:
        """Return the half-open range of the tokens from `first` to all that begin with `last`."""
        return self.token(first), self.token(last) + LAST_CHAR


@lru_cache(maxsize=10_000)
def _token(facet: Facet, value: str) -> str:
    return facet.prefix + NOT_IN_TOKENS.sub("", value.lower())[:MAX_FACET_VALUE_CHARS]


FACET_VALUES: dict[Facet, tuple[str, ...]] = {
    Facet.CATEGORY: tuple(CATEGORIES),
    Facet.FORM: tuple(FORM_GROUPS),
    Facet.AVAILABILITY: tuple(AvailabilityKind),
    Facet.PRICE: tuple(PRICE_BANDS),
}
# every listed book has it
ALL_BOOKS = Facet.ALL.token("")
# those by which a shopper filters results
FILTER_FACETS = (Facet.CATEGORY, Facet.FORM, Facet.AVAILABILITY, Facet.LANGUAGE, Facet.PRICE)
# those whose books are counted in a table; the few of a contributor or a series are counted when asked for
COUNTED_FACETS = (*FILTER_FACETS, Facet.ALL, Facet.SUBJECT, Facet.PUBLISHER)
FILTER_PREFIXES = frozenset(facet.prefix for facet in FILTER_FACETS)
COUNTED_PREFIXES = frozenset(facet.prefix for facet in COUNTED_FACETS)


def is_counted(token: str) -> bool:
    """Return whether the books with this token are counted in a table."""
    return token[:2] in COUNTED_PREFIXES


def counted_tokens(tokens: Iterable[str]) -> Iterator[str]:
    """Return those tokens whose books are counted in a table."""
    return (token for token in tokens if token[:2] in COUNTED_PREFIXES)


def filter_tokens(tokens: Iterable[str]) -> str:
    """Return those tokens by which a shopper filters, sorted and separated by spaces."""
    return " ".join(sorted(token for token in tokens if token[:2] in FILTER_PREFIXES))


@lru_cache(maxsize=10_000)
def subject_tokens(code: str) -> tuple[str, ...]:
    """Return the tokens of a Thema code and of all its ancestors."""
    return tuple(Facet.SUBJECT.token(code[:length]) for length in range(1, len(code) + 1))
