"""Write and read the keys that order books."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, TextClause, bindparam, select, text

from bookshop.database.insert_rows import insert_rows
from bookshop.schema import sort_keys
from bookshop.search.rank import RankRange
from bookshop.search.search_index import Document
from bookshop.search.sort import Sort
from bookshop.search.sort_cursor import SortCursor
from bookshop.search.sort_keys import COLUMNS, SortKeys

NAMES = ("rank", *SortKeys._fields)
AT_RANKS = sort_keys.c.rank.in_(bindparam("ranks", expanding=True))
READ_KEYS = select(*(sort_keys.c[name] for name in NAMES)).where(AT_RANKS)


def read_sort_keys(db: Connection, ranks: Sequence[int]) -> dict[int, SortKeys]:
    """Return the keys of the books with these ranks."""
    rows = db.execute(READ_KEYS, {"ranks": list(ranks)}) if ranks else ()
    return {rank: SortKeys(*keys) for rank, *keys in rows}


REMOVE_KEYS = sort_keys.delete().where(AT_RANKS)


def replace_sort_keys(db: Connection, removed: Sequence[int], added: Sequence[Document]) -> None:
    """Remove the keys of books with these ranks, and add those of others."""
    if removed:
        db.execute(REMOVE_KEYS, {"ranks": list(removed)})
    insert_rows(db, sort_keys, NAMES, sorted((document.rank, *document.sort_keys) for document in added))


def read_sorted(
    db: Connection,
    source: str,
    values: Mapping[str, Any],
    sort: Sort,
    cursor: SortCursor | None,
    limit: int,
) -> list[SortCursor]:
    """Return the next books of a source in order; it is a FROM of `sort_keys` with a WHERE."""
    statement = _sorted(source, COLUMNS[sort], has_cursor=cursor is not None)
    rows = db.execute(statement, {**values, **_after(cursor), "limit": limit})
    return [SortCursor(key, rank) for key, rank in rows]


def read_in_order(
    db: Connection,
    ranks: RankRange,
    tokens: Sequence[str],
    sort: Sort,
    cursor: SortCursor | None,
    limit: int,
    max_read: int,
) -> list[SortCursor]:
    """Return those of the next `max_read` books in these ranks that have all tokens."""
    statement = _in_order(COLUMNS[sort], len(tokens), has_cursor=cursor is not None)
    patterns = {f"pattern_{number}": _pattern(token) for number, token in enumerate(tokens)}
    values = {**ranks._asdict(), **patterns, **_after(cursor), "limit": limit, "max_read": max_read}
    return [SortCursor(key, rank) for key, rank in db.execute(statement, values)]


def _pattern(token: str) -> str:
    escaped = token.replace("_", "/_")
    return f"% {escaped} %"


# the sums keep the databases from reading books in the order of ranks
@lru_cache
def _in_order(key: str, token_count: int, *, has_cursor: bool) -> TextClause:
    after = f" AND ({key}, rank) > (:after_key, :after_rank)" if has_cursor else ""
    matching = " AND ".join(f"facets LIKE :pattern_{number} ESCAPE '/'" for number in range(token_count))
    return text(
        f"SELECT {key}, rank FROM (SELECT {key}, rank, facets FROM sort_keys"  # noqa: S608 - names of ours
        f" WHERE rank + 0 > :after AND rank + 0 <= :last{after} ORDER BY {key}, rank LIMIT :max_read) AS next"
        f" WHERE {matching or 'true'} LIMIT :limit"
    )


def _after(cursor: SortCursor | None) -> dict[str, int | str]:
    return {"after_key": cursor.key, "after_rank": cursor.rank} if cursor else {}


@lru_cache
def _sorted(source: str, key: str, *, has_cursor: bool) -> TextClause:
    order = f"sort_keys.{key}, sort_keys.rank"
    after = f" AND ({order}) > (:after_key, :after_rank)" if has_cursor else ""
    return text(f"SELECT {order} FROM {source}{after} ORDER BY {order} LIMIT :limit")  # noqa: S608 - names of ours
