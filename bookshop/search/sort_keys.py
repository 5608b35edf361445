"""The keys that order books, one for each order; the lowest come first."""

from collections.abc import Iterable
from typing import NamedTuple

from bookshop.search.facet import ALL_BOOKS, counted_tokens
from bookshop.search.rank import day_number
from bookshop.search.sort import Sort
from bookshop.search.title_key import title_key

# of a book without a price, which comes last either way
NO_PRICE = 2**31 - 1
# the columns of `sort_keys`
COLUMNS = {
    Sort.NEWEST: "newest",
    Sort.PRICE: "price",
    Sort.PRICE_DESC: "price_desc",
    Sort.TITLE: "title",
    Sort.BESTSELLING: "bestselling",
}


class SortKeys(NamedTuple):
    """The keys of a book, in the order of the table's columns, and its facets of many books.

    `facets` are tokens with a space before, between and after them.
    """

    newest: int = 0
    price: int = NO_PRICE
    price_desc: int = 0
    title: str = ""
    bestselling: int = 0
    facets: str = ""


NO_KEYS = SortKeys()


def sort_keys_of(
    title: str, language: str, published: str, price_minor: int, copies_sold: int, facets: Iterable[str]
) -> SortKeys:
    """Return the keys of a book with these tokens of facets."""
    return SortKeys(
        -day_number(published),
        price_minor or NO_PRICE,
        -price_minor,
        title_key(title, language),
        -copies_sold,
        f" {' '.join(sorted(token for token in counted_tokens(facets) if token != ALL_BOOKS))} ",
    )
