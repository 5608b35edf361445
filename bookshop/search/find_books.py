"""Find books by words and filters, a page at a time."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import Connection, bindparam, select

from bookshop.schema import books
from bookshop.search.choose_index import choose_index
from bookshop.search.did_you_mean import list_rewrites
from bookshop.search.expression import AllOf
from bookshop.search.facet import ALL_BOOKS, Facet, is_counted
from bookshop.search.facet_counts import TokenCounts, count_filter_tokens, count_tokens
from bookshop.search.filters import Filters
from bookshop.search.query import Query, rewritten_tiers_of, tiers_of
from bookshop.search.results import Cursor, Results
from bookshop.trade.isbn import find_isbn

# with more results, shoppers read "more than 1000"
MAX_COUNTED = 1000


def find_books(db: Connection, query: Query, filters: Filters, limit: int, cursor: str = "") -> Results:
    """Return the next books that match all words and filters; if none does, rewrite the query."""
    start = Cursor.from_text(cursor)
    results = _find(db, tiers_of(query, filters), limit, start)
    if results.count:
        return results
    for rewrite in list_rewrites(db, query.words):
        found = _find(db, rewritten_tiers_of(rewrite, filters), limit, start)
        if found.count:
            return replace(found, did_you_mean=rewrite.did_you_mean)
    return results


def _find(db: Connection, tiers: Sequence[AllOf], limit: int, cursor: Cursor) -> Results:
    token = tiers[0][0][0]
    if len(tiers) == len(tiers[0]) == 1 and is_counted(token):
        count = count_tokens(db, [token]).get(token, 0)
        if count > MAX_COUNTED or not count:
            hits = choose_index(db).list_after(db, tiers, cursor, limit + 1) if count else []
            filter_counts = _list_filter_tokens(db, with_counts=token == ALL_BOOKS)
            return replace(Results.first_of(hits, limit, count), facet_counts=filter_counts)
    return _find_and_count(db, tiers, limit, cursor)


def _find_and_count(db: Connection, tiers: Sequence[AllOf], limit: int, cursor: Cursor) -> Results:
    index = choose_index(db)
    count, hits = index.list_hits(db, tiers, MAX_COUNTED + 1)
    start = bisect_left(hits, (cursor.tier, cursor.rank + 1))
    page = [Cursor(hit.tier, hit.rank) for hit in hits[start : start + limit + 1]]
    if count <= MAX_COUNTED:
        facet_counts = count_each_token(hit.filter_tokens for hit in hits)
        return replace(Results.first_of(page, limit, count), facet_counts=facet_counts)
    if len(page) <= limit:
        page = index.list_after(db, tiers, cursor, limit + 1)
    results = Results.first_of(page, limit, MAX_COUNTED)
    filter_tokens = _list_filter_tokens(db, with_counts=False)
    return replace(results, has_more_than_count=True, facet_counts=filter_tokens)


def _list_filter_tokens(db: Connection, *, with_counts: bool) -> dict[str, int | None]:
    return {token: count if with_counts else None for token, count in count_filter_tokens(db).items()}


def count_each_token(texts: Iterable[str]) -> TokenCounts:
    """Return how many of these texts have each token."""
    counts: Counter[str] = Counter()
    for tokens, number in Counter(texts).items():
        for token in tokens.split():
            counts[token] += number
    return dict(counts)


def list_by_facet(db: Connection, facet: Facet, value: str, limit: int, cursor: str = "") -> Results:
    """Return the next books with a facet value, without the facets that would narrow them."""
    token = facet.token(value)
    tiers = (((token,),),)
    if not is_counted(token):
        return _find(db, tiers, limit, Cursor.from_text(cursor))
    count = count_tokens(db, [token]).get(token, 0)
    hits = choose_index(db).list_after(db, tiers, Cursor.from_text(cursor), limit + 1) if count else []
    return Results.first_of(hits, limit, count)


FIND_LISTED = select(books.c.isbn).where(books.c.isbn == bindparam("book"), books.c.is_listed)


def find_typed_isbn(db: Connection, text: str) -> str | None:
    """Return the ISBN of a listed book if this text has its ISBN in any spelling, and no other."""
    isbn = find_isbn(text)
    return db.execute(FIND_LISTED, {"book": isbn}).scalar() if isbn else None
