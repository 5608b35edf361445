"""The search index on SQLite: FTS5, whose row ids are ranks, so that results are in order.

The functions are those of `SearchIndex`, which describes them.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Connection, text

from bookshop.search.book_tokens import TITLE_WORD_PREFIX
from bookshop.search.expression import NOT, AllOf, AnyOf, ranks_of, within_ranks
from bookshop.search.results import Cursor
from bookshop.search.search_index import Document, Hit
from bookshop.search.sort import Sort
from bookshop.search.sort_cursor import SortCursor
from bookshop.search.sort_key_store import read_sorted

# FTS5 finds all books of a word's beginning before it returns the first, but not all books of whole words
MAX_COMPLETIONS = 50

LIST_RANKS = text(
    "SELECT rowid FROM search WHERE search MATCH :expression AND rowid > :after AND rowid <= :last"
    " ORDER BY rowid LIMIT :limit"
)
LIST_FILTER_TOKENS = text(
    "SELECT rank, tokens FROM search_filter_tokens WHERE rank IN (SELECT value FROM json_each(:ranks))"
)


def list_hits(db: Connection, tiers: Sequence[AllOf], limit: int) -> tuple[int, list[Hit]]:
    tier_by_rank: dict[int, int] = {}
    for tier, expression in enumerate(_complete_words(db, tiers), 1):
        # each tier has the books of those before it, so that this many are enough
        values = {"expression": match_of(expression), **ranks_of(expression)._asdict(), "limit": limit}
        for rank in db.execute(LIST_RANKS, values).scalars().all():
            tier_by_rank.setdefault(rank, tier)
        if len(tier_by_rank) >= limit:
            return limit, [Hit(tier, rank, "") for rank, tier in tier_by_rank.items()]
    if not tier_by_rank:
        return 0, []
    rows = db.execute(LIST_FILTER_TOKENS, {"ranks": json.dumps(list(tier_by_rank))})
    filter_tokens = {row.rank: row.tokens for row in rows}
    return len(tier_by_rank), [Hit(tier, rank, filter_tokens[rank]) for rank, tier in tier_by_rank.items()]


def list_after(db: Connection, tiers: Sequence[AllOf], cursor: Cursor, limit: int) -> list[Cursor]:
    found: list[Cursor] = []
    tiers = _complete_words(db, tiers)
    for tier, expression in enumerate(tiers[cursor.tier - 1 :], cursor.tier):
        after, last = ranks_of(expression)
        match = match_of(expression)
        if tier == cursor.tier:
            after = max(after, cursor.rank)
        if tier > 1:
            match = f"({match}) NOT ({match_of(tiers[tier - 2])})"
        values = {"expression": match, "after": after, "last": last, "limit": limit - len(found)}
        found += [Cursor(tier, rank) for rank in db.execute(LIST_RANKS, values).scalars()]
        if len(found) >= limit:
            break
    return found


def _complete_words(db: Connection, tiers: Sequence[AllOf]) -> list[AllOf]:
    """Replace the beginning of a word by the words that begin so, if these are few."""
    completions: dict[str, AnyOf] = {}

    def complete(token: str) -> AnyOf:
        letters = token.strip(f"{TITLE_WORD_PREFIX}*")
        if not token.endswith("*") or not letters[0].isalpha():
            return (token,)
        if letters not in completions:
            completions[letters] = _list_completions(db, letters)
        words = completions[letters]
        if len(words) >= MAX_COMPLETIONS:
            return (token,)
        prefix = TITLE_WORD_PREFIX if token.startswith(TITLE_WORD_PREFIX) else ""
        return tuple(prefix + word for word in words or (letters,))

    return [tuple(tuple(chain.from_iterable(map(complete, tokens))) for tokens in tier) for tier in tiers]


LIST_COMPLETIONS = text(
    "SELECT word FROM vocabulary WHERE word >= :letters AND word < :letters || char(0x10ffff) LIMIT :limit"
)


def _list_completions(db: Connection, letters: str) -> AnyOf:
    rows = db.execute(LIST_COMPLETIONS, {"letters": letters, "limit": MAX_COMPLETIONS})
    return tuple(rows.scalars())


# the cross joins force the order of the tables: the other one would read every book
SORTED_MATCHES = (
    "search CROSS JOIN sort_keys ON sort_keys.rank = search.rowid"
    " WHERE search MATCH :expression AND search.rowid > :after AND search.rowid <= :last"
)


def sort_matches(
    db: Connection, expression: AllOf, sort: Sort, cursor: SortCursor | None, limit: int
) -> list[SortCursor]:
    values = {"expression": match_of(expression), **ranks_of(expression)._asdict()}
    return read_sorted(db, SORTED_MATCHES, values, sort, cursor, limit)


SORTED_RANKS = "json_each(:ranks) AS ranks CROSS JOIN sort_keys ON sort_keys.rank = ranks.value WHERE true"


def sort_ranks(
    db: Connection, ranks: Sequence[int], sort: Sort, cursor: SortCursor | None, limit: int
) -> list[SortCursor]:
    return read_sorted(db, SORTED_RANKS, {"ranks": json.dumps(ranks)}, sort, cursor, limit)


def match_of(expression: AllOf) -> str:
    """Return an expression in FTS5's query language, without what its range of ranks implies."""
    terms = within_ranks(expression)
    included = " AND ".join(_term(tokens) for tokens in terms if not tokens[0].startswith(NOT))
    excluded = [tokens[0].removeprefix(NOT) for tokens in terms if tokens[0].startswith(NOT)]
    return " NOT ".join([f"({included})", *map(_token, excluded)])


def _term(tokens: AnyOf) -> str:
    return f"({' OR '.join(map(_token, tokens))})" if len(tokens) > 1 else _token(tokens[0])


def _token(token: str) -> str:
    return f'"{token[:-1]}" *' if token.endswith("*") else f'"{token}"'


READ_TOKENS = text("SELECT rowid, tokens FROM search WHERE rowid IN (SELECT value FROM json_each(:ranks))")


def read_tokens(db: Connection, ranks: Iterable[int]) -> dict[int, tuple[str, ...]]:
    rows = db.execute(READ_TOKENS, {"ranks": json.dumps(list(ranks))})
    return {rank: tuple(tokens.split(" ")) for rank, tokens in rows}


# many rows go to the driver directly, which halves the time
ADD_TOKENS = "INSERT INTO search (rowid, tokens) VALUES (?, ?)"
ADD_FILTER_TOKENS = "INSERT INTO search_filter_tokens (rank, tokens) VALUES (?, ?)"


def add_documents(db: Connection, documents: Sequence[Document]) -> None:
    # in the order of the table's pages
    rows = sorted(documents, key=lambda document: document.rank)
    _write_rows(db, ADD_TOKENS, [(document.rank, " ".join(document.tokens)) for document in rows])
    _write_rows(db, ADD_FILTER_TOKENS, [(document.rank, document.filter_tokens) for document in rows])


REMOVE_TOKENS = "DELETE FROM search WHERE rowid = ?"
REMOVE_FILTER_TOKENS = "DELETE FROM search_filter_tokens WHERE rank = ?"


def remove_documents(db: Connection, ranks: Sequence[int]) -> None:
    for statement in (REMOVE_TOKENS, REMOVE_FILTER_TOKENS):
        _write_rows(db, statement, [(rank,) for rank in ranks])


SET_RANK = "UPDATE books SET rank = ? WHERE isbn = ?"


def set_ranks(db: Connection, ranks: Mapping[str, int | None]) -> None:
    _write_rows(db, SET_RANK, [(rank, isbn) for isbn, rank in ranks.items()])


CHANGE_COUNT = (
    "INSERT INTO facet_counts (token, books) VALUES (?, ?)"
    " ON CONFLICT (token) DO UPDATE SET books = books + excluded.books"
)


def change_counts(db: Connection, changes: Sequence[tuple[str, int]]) -> None:
    _write_rows(db, CHANGE_COUNT, list(changes))


ADD_WORD = "INSERT OR IGNORE INTO vocabulary (word) VALUES (?)"


def add_words(db: Connection, words: Iterable[str]) -> None:
    _write_rows(db, ADD_WORD, [(word,) for word in words])


def _write_rows(db: Connection, statement: str, rows: list[tuple[Any, ...]]) -> None:
    # the driver refuses an empty list, such as the words of a book whose title is only "It"
    if rows:
        db.exec_driver_sql(statement, rows)


# merges segments for a fraction of a second, during which other writers wait
MERGE = text("INSERT INTO search (search, rank) VALUES ('merge', -300)")
COUNT_CHANGES = text("SELECT total_changes()")


def optimize(db: Connection) -> bool:
    before: int = db.execute(COUNT_CHANGES).scalar_one()
    db.execute(MERGE)
    after: int = db.execute(COUNT_CHANGES).scalar_one()
    # the statement itself counts as one change
    return after - before > 1
