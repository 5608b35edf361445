"""List the books with some facets in another order than that of their ranks.

If many books have them, the next ones are found soonest by reading all books in the wanted order; if few have
them, by looking these up and sorting them.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from bookshop.search.choose_index import choose_index
from bookshop.search.expression import RANKS_BY_TOKEN, AllOf, has_all_of_ranks, ranks_of
from bookshop.search.facet import ALL_BOOKS, Facet, is_counted
from bookshop.search.facet_counts import count_tokens
from bookshop.search.price_band import PRICE_BANDS
from bookshop.search.rank import BEFORE_FIRST, RankRange
from bookshop.search.sort import Sort
from bookshop.search.sort_cursor import SortCursor
from bookshop.search.sort_key_store import read_in_order

# so many times the books are read that should be enough; then so many times more, as keys may follow facets
MARGIN, STEP = 2, 8


def list_sorted(
    db: Connection, expression: AllOf, sort: Sort, cursor: SortCursor | None, limit: int
) -> list[SortCursor]:
    """Return the next books with all of these tokens, of which each term has one."""
    ranks = ranks_of(expression)
    tokens = [token for (token,) in expression if token != ALL_BOOKS and not has_all_of_ranks(token)]
    start = cursor or start_of_band(tokens, sort)
    for max_read in _numbers_to_read(db, ranks, tokens, limit):
        found = read_in_order(db, ranks, tokens, sort, start, limit, max_read)
        if len(found) == limit:
            return found
    return choose_index(db).sort_matches(db, expression, sort, cursor, limit)


def _numbers_to_read(db: Connection, ranks: RankRange, tokens: Sequence[str], limit: int) -> Iterator[int]:
    """Return how many books to read in order, while that is less work than reading all matches."""
    if not all(map(is_counted, tokens)):
        return
    tokens_of_ranks = [token for token, its_ranks in RANKS_BY_TOKEN.items() if its_ranks == ranks]
    of_all = tokens_of_ranks or [ALL_BOOKS]
    counts = count_tokens(db, [*of_all, *tokens])
    book_count = sum(counts.get(token, 0) for token in of_all)
    matches = book_count
    for token in tokens:
        # as if facets did not depend on each other
        matches = matches * counts.get(token, 0) // max(book_count, 1)
    max_read = MARGIN * limit * book_count // max(matches, 1)
    while max_read < matches:
        yield max_read
        max_read *= STEP


def start_of_band(tokens: Sequence[str], sort: Sort) -> SortCursor | None:
    """Return where the prices of a band begin, since none before them match."""
    for band in PRICE_BANDS.values():
        if Facet.PRICE.token(band.slug) in tokens:
            if sort is Sort.PRICE:
                return SortCursor(band.min_minor, BEFORE_FIRST)
            if sort is Sort.PRICE_DESC and band.end_minor:
                return SortCursor(1 - band.end_minor, BEFORE_FIRST)
    return None
