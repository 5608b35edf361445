"""Find books by words and filters, a page at a time."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, bindparam, select

from bookshop.schema import books
from bookshop.search.choose_index import choose_index
from bookshop.search.did_you_mean import list_rewrites
from bookshop.search.expression import AllOf
from bookshop.search.facet import ALL_BOOKS, Facet, is_counted
from bookshop.search.facet_counts import TokenCounts, count_filter_tokens, count_tokens
from bookshop.search.filters import Filters
from bookshop.search.query import Query, rewritten_tiers_of, tiers_of
from bookshop.search.results import START, Cursor, Results
from bookshop.search.search_index import Hit
from bookshop.search.sort import Sort
from bookshop.search.sort_cursor import SortCursor
from bookshop.search.sorted_list import list_sorted
from bookshop.trade.isbn import find_isbn

# with more results, shoppers read "more than 1000"
MAX_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class _Page:
    """Which results are wanted: `limit` ones after a cursor, in an order."""

    limit: int
    cursor: str
    sort: Sort


def find_books(
    db: Connection,
    query: Query,
    filters: Filters,
    limit: int,
    cursor: str = "",
    sort: Sort = Sort.RELEVANCE,
) -> Results:
    """Return the next books that match all words and filters; if none does, rewrite the query."""
    page = _Page(limit, cursor, sort)
    results = _find(db, tiers_of(query, filters), page)
    if results.count:
        return results
    for rewrite in list_rewrites(db, query.words):
        found = _find(db, rewritten_tiers_of(rewrite, filters), page)
        if found.count:
            return replace(found, did_you_mean=rewrite.did_you_mean)
    return results


def _find(db: Connection, tiers: Sequence[AllOf], page: _Page) -> Results:
    token = tiers[0][0][0]
    if len(tiers) == len(tiers[0]) == 1 and is_counted(token):
        count = count_tokens(db, [token]).get(token, 0)
        if count > MAX_COUNTED or not count:
            hits = _list_page(db, tiers, page) if count else []
            filter_counts = _list_filter_tokens(db, with_counts=token == ALL_BOOKS)
            return replace(Results.first_of(hits, page.limit, count), facet_counts=filter_counts)
    return _find_and_count(db, tiers, page)


def _find_and_count(db: Connection, tiers: Sequence[AllOf], page: _Page) -> Results:
    index = choose_index(db)
    count, hits = index.list_hits(db, tiers, MAX_COUNTED + 1)
    if count <= MAX_COUNTED:
        facet_counts = count_each_token(hit.filter_tokens for hit in hits)
        found = _page_of(db, hits, page)
        return replace(Results.first_of(found, page.limit, count), facet_counts=facet_counts)
    found = _page_of(db, hits, page) if page.sort is Sort.RELEVANCE else []
    if len(found) <= page.limit:
        found = _list_page(db, tiers, page)
    results = Results.first_of(found, page.limit, MAX_COUNTED)
    return replace(
        results,
        has_more_than_count=True,
        facet_counts=_list_filter_tokens(db, with_counts=False),
        is_sorted_in_part=page.sort is not Sort.RELEVANCE and len(tiers) > 1,
    )


def _page_of(db: Connection, hits: Sequence[Hit], page: _Page) -> list[Cursor] | list[SortCursor]:
    """Return the next of all hits, and one more."""
    if page.sort is not Sort.RELEVANCE:
        return _sort_ranks(db, [hit.rank for hit in hits], page)
    cursor = Cursor.from_text(page.cursor)
    start = bisect_left(hits, (cursor.tier, cursor.rank + 1))
    return [Cursor(hit.tier, hit.rank) for hit in hits[start : start + page.limit + 1]]


def _list_page(db: Connection, tiers: Sequence[AllOf], page: _Page) -> list[Cursor] | list[SortCursor]:
    """Return the next of many hits, and one more; of those of words, only the first are sorted."""
    index = choose_index(db)
    if page.sort is Sort.RELEVANCE:
        return index.list_after(db, tiers, Cursor.from_text(page.cursor), page.limit + 1)
    if len(tiers) > 1:
        first = index.list_after(db, tiers, START, MAX_COUNTED)
        return _sort_ranks(db, [hit.rank for hit in first], page)
    cursor = SortCursor.from_text(page.cursor, page.sort)
    return list_sorted(db, tiers[0], page.sort, cursor, page.limit + 1)


def _sort_ranks(db: Connection, ranks: Sequence[int], page: _Page) -> list[SortCursor]:
    cursor = SortCursor.from_text(page.cursor, page.sort)
    return choose_index(db).sort_ranks(db, ranks, page.sort, cursor, page.limit + 1) if ranks else []


def _list_filter_tokens(db: Connection, *, with_counts: bool) -> dict[str, int | None]:
    return {token: count if with_counts else None for token, count in count_filter_tokens(db).items()}


def count_each_token(texts: Iterable[str]) -> TokenCounts:
    """Return how many of these texts have each token."""
    counts: Counter[str] = Counter()
    for tokens, number in Counter(texts).items():
        for token in tokens.split():
            counts[token] += number
    return dict(counts)


def list_by_facet(
    db: Connection, facet: Facet, value: str, limit: int, cursor: str = "", sort: Sort = Sort.RELEVANCE
) -> Results:
    """Return the next books with a facet value, without the facets that would narrow them."""
    token, page = facet.token(value), _Page(limit, cursor, sort)
    tiers = (((token,),),)
    if not is_counted(token):
        return _find(db, tiers, page)
    count = count_tokens(db, [token]).get(token, 0)
    return Results.first_of(_list_page(db, tiers, page) if count else [], limit, count)


def sort_results(db: Connection, ranks: Sequence[int], limit: int, cursor: str, sort: Sort) -> Results:
    """Return the next of the books with these ranks, in another order than theirs."""
    return Results.first_of(_sort_ranks(db, ranks, _Page(limit, cursor, sort)), limit, len(ranks))


FIND_LISTED = select(books.c.isbn).where(books.c.isbn == bindparam("book"), books.c.is_listed)


def find_typed_isbn(db: Connection, text: str) -> str | None:
    """Return the ISBN of a listed book if this text has its ISBN in any spelling, and no other."""
    isbn = find_isbn(text)
    return db.execute(FIND_LISTED, {"book": isbn}).scalar() if isbn else None
