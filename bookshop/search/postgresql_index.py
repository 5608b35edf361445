"""The search index on PostgreSQL: tokens in a GIN index, or read in the order of ranks.

The functions are those of `SearchIndex`, which describes them.
"""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, text

from bookshop.search.expression import AllOf, AnyOf, is_one_title, ranks_of
from bookshop.search.facet import Facet
from bookshop.search.rank import RankGroup
from bookshop.search.results import Cursor
from bookshop.search.search_index import Document, Hit
from bookshop.search.sort import Sort
from bookshop.search.sort_cursor import SortCursor
from bookshop.search.sort_key_store import read_sorted
from bookshop.trade.availability import AvailabilityKind

# so many books are read in order before the GIN index is used: enough for words that many books have
MAX_BOOKS_READ = 1000

# sends no hits if there are too many
LIST_HITS = text(
    "WITH hits AS MATERIALIZED"
    " (SELECT rank, filter_tokens, tokens FROM search"
    " WHERE tokens @@ CAST(:last_tier AS tsquery) LIMIT :limit),"
    " counted AS (SELECT count(*) AS books FROM hits)"
    " SELECT books, CASE WHEN tokens @@ CAST(:first_tier AS tsquery) THEN 1"
    " WHEN tokens @@ CAST(:second_tier AS tsquery) THEN 2 ELSE 3 END, rank, filter_tokens"
    " FROM counted LEFT JOIN hits ON books < :limit"
)


def list_hits(db: Connection, tiers: Sequence[AllOf], limit: int) -> tuple[int, list[Hit]]:
    queries = [tsquery_of(tier) for tier in tiers]
    values = {
        "first_tier": queries[0],
        "second_tier": queries[min(1, len(queries) - 1)],
        "last_tier": queries[-1],
        "limit": limit,
    }
    rows = db.execute(LIST_HITS, values).all()
    count: int = rows[0][0]
    if count in (0, limit):
        return count, []
    return count, sorted(Hit(min(tier, len(tiers)), rank, tokens) for _, tier, rank, tokens in rows)


def list_after(db: Connection, tiers: Sequence[AllOf], cursor: Cursor, limit: int) -> list[Cursor]:
    found: list[Cursor] = []
    for tier, expression in enumerate(tiers[cursor.tier - 1 :], cursor.tier):
        after = ranks_of(expression).after
        query = tsquery_of(expression)
        if tier == cursor.tier:
            after = max(after, cursor.rank)
        if tier > 1:
            query = f"({query}) & !({tsquery_of(tiers[tier - 2])})"
        list_next = _look_up_ranks if is_one_title(expression) else _list_ranks
        found += [Cursor(tier, rank) for rank in list_next(db, query, after, limit - len(found))]
        if len(found) >= limit:
            break
    return found


READ_RANKS_IN_ORDER = text(
    "SELECT rank FROM (SELECT rank, tokens FROM search WHERE rank > :after ORDER BY rank LIMIT :max_read)"
    " AS next WHERE tokens @@ CAST(:query AS tsquery) LIMIT :limit"
)


def _list_ranks(db: Connection, query: str, after: int, limit: int) -> list[int]:
    """Search the next few books, which is fast if many match; then those in stock; then all."""
    values = {"query": query, "after": after, "limit": limit, "max_read": MAX_BOOKS_READ}
    found = list(db.execute(READ_RANKS_IN_ORDER, values).scalars())
    if len(found) == limit:
        return found
    last_in_stock = RankGroup.IN_STOCK.last_rank
    if after >= last_in_stock:
        return _look_up_ranks(db, query, after, limit)
    in_stock = Facet.AVAILABILITY.token(AvailabilityKind.SHELF)
    found = _look_up_ranks(db, f"({query}) & '{in_stock}'", after, limit)
    if len(found) == limit:
        return found
    return found + _list_ranks(db, query, last_in_stock, limit - len(found))


# the sums keep PostgreSQL from reading books in order
LOOK_UP_RANKS = text(
    "SELECT rank FROM search WHERE tokens @@ CAST(:query AS tsquery) AND rank + 0 > :after"
    " ORDER BY rank + 0 LIMIT :limit"
)


def _look_up_ranks(db: Connection, query: str, after: int, limit: int) -> list[int]:
    return list(db.execute(LOOK_UP_RANKS, {"query": query, "after": after, "limit": limit}).scalars())


# OFFSET keeps PostgreSQL from reading books in order
SORTED_MATCHES = (
    "(SELECT rank FROM search WHERE tokens @@ CAST(:query AS tsquery) OFFSET 0) AS hits"
    " JOIN sort_keys ON sort_keys.rank = hits.rank WHERE true"
)


def sort_matches(
    db: Connection, expression: AllOf, sort: Sort, cursor: SortCursor | None, limit: int
) -> list[SortCursor]:
    return read_sorted(db, SORTED_MATCHES, {"query": tsquery_of(expression)}, sort, cursor, limit)


SORTED_RANKS = "sort_keys WHERE rank = ANY(CAST(:ranks AS bigint[]))"


def sort_ranks(
    db: Connection, ranks: Sequence[int], sort: Sort, cursor: SortCursor | None, limit: int
) -> list[SortCursor]:
    return read_sorted(db, SORTED_RANKS, {"ranks": list(ranks)}, sort, cursor, limit)


def tsquery_of(expression: AllOf) -> str:
    """Return an expression in the language of tsquery."""
    return " & ".join(map(_term, expression))


def _term(tokens: AnyOf) -> str:
    return f"({' | '.join(map(_token, tokens))})" if len(tokens) > 1 else _token(tokens[0])


def _token(token: str) -> str:
    return f"'{token[:-1]}':*" if token.endswith("*") else f"'{token}'"


READ_TOKENS = text(
    "SELECT rank, array_to_string(tsvector_to_array(tokens), ' ') FROM search"
    " WHERE rank = ANY(CAST(:ranks AS bigint[]))"
)


def read_tokens(db: Connection, ranks: Iterable[int]) -> dict[int, tuple[str, ...]]:
    rows = db.execute(READ_TOKENS, {"ranks": list(ranks)})
    return {rank: tuple(tokens.split(" ")) for rank, tokens in rows}


ADD_DOCUMENTS = text(
    "INSERT INTO search (rank, filter_tokens, tokens)"
    " SELECT rank, filter_tokens, array_to_tsvector(string_to_array(tokens, ' '))"
    " FROM unnest(CAST(:ranks AS bigint[]), CAST(:filter_tokens AS text[]), CAST(:tokens AS text[]))"
    " AS new (rank, filter_tokens, tokens)"
)


def add_documents(db: Connection, documents: Sequence[Document]) -> None:
    columns = {
        "ranks": [document.rank for document in documents],
        "filter_tokens": [document.filter_tokens for document in documents],
        "tokens": [" ".join(document.tokens) for document in documents],
    }
    db.execute(ADD_DOCUMENTS, columns)
    # every look-up would read the list of pending entries
    db.execute(CLEAN_PENDING_LISTS)


REMOVE_DOCUMENTS = text("DELETE FROM search WHERE rank = ANY(CAST(:ranks AS bigint[]))")


def remove_documents(db: Connection, ranks: Sequence[int]) -> None:
    db.execute(REMOVE_DOCUMENTS, {"ranks": list(ranks)})


SET_RANKS = text(
    "UPDATE books SET rank = new.rank FROM unnest(CAST(:isbns AS text[]), CAST(:ranks AS bigint[]))"
    " AS new (isbn, rank) WHERE books.isbn = new.isbn"
)


def set_ranks(db: Connection, ranks: Mapping[str, int | None]) -> None:
    db.execute(SET_RANKS, {"isbns": list(ranks), "ranks": list(ranks.values())})


CHANGE_COUNTS = text(
    "INSERT INTO facet_counts (token, books)"
    " SELECT * FROM unnest(CAST(:tokens AS text[]), CAST(:books AS integer[]))"
    " ON CONFLICT (token) DO UPDATE SET books = facet_counts.books + excluded.books"
)


def change_counts(db: Connection, changes: Sequence[tuple[str, int]]) -> None:
    columns = {"tokens": [token for token, _ in changes], "books": [books for _, books in changes]}
    db.execute(CHANGE_COUNTS, columns)


ADD_WORDS = text(
    "INSERT INTO vocabulary (word) SELECT unnest(CAST(:words AS text[])) ON CONFLICT (word) DO NOTHING"
)


def add_words(db: Connection, words: Iterable[str]) -> None:
    db.execute(ADD_WORDS, {"words": sorted(words)})


CLEAN_PENDING_LISTS = text(
    "SELECT gin_clean_pending_list(inhrelid) FROM pg_inherits"
    " WHERE inhparent = CAST('ix_search_tokens' AS regclass)"
)
ANALYZE = text("ANALYZE search")


def optimize(db: Connection) -> bool:
    db.execute(CLEAN_PENDING_LISTS)
    db.execute(ANALYZE)
    return False
