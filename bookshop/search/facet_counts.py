"""The numbers of books with each facet value, stored whenever the search index changes."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from sqlalchemy import Connection, Integer, bindparam, func, select, text

from bookshop.schema import facet_counts
from bookshop.search.choose_index import choose_index
from bookshop.search.facet import FILTER_FACETS, Facet

TokenCounts: TypeAlias = dict[str, int]

LIST_COUNTS = select(facet_counts.c.token, facet_counts.c.books).where(
    facet_counts.c.token.in_(bindparam("tokens", expanding=True))
)


def count_tokens(db: Connection, tokens: Iterable[str]) -> TokenCounts:
    """Return the numbers of books with these tokens; tokens that no book has are left out."""
    rows = db.execute(LIST_COUNTS, {"tokens": list(tokens)})
    return {token: count for token, count in rows if count}


def count_by_value(db: Connection, facet: Facet, values: Iterable[str]) -> dict[str, int]:
    """Return the numbers of books with these values; values that no book has are left out."""
    value_by_token = {facet.token(value): value for value in values}
    counts = count_tokens(db, value_by_token)
    return {value: counts[token] for token, value in value_by_token.items() if token in counts}


# ranges of the primary key, whose collation is that of its bytes
LIST_FILTER_COUNTS = text(
    " UNION ALL ".join(
        f"SELECT token, books FROM facet_counts WHERE token >= '{first}' AND token < '{end}'"  # noqa: S608
        for first, end in (facet.token_range() for facet in FILTER_FACETS)
    )
)


def count_filter_tokens(db: Connection) -> TokenCounts:
    """Return the numbers of books with each token by which shoppers filter."""
    return {token: count for token, count in db.execute(LIST_FILTER_COUNTS) if count}


LIST_SUBJECT_COUNTS = select(facet_counts.c.token, facet_counts.c.books).where(
    facet_counts.c.token >= bindparam("first"),
    facet_counts.c.token < bindparam("end"),
    func.length(facet_counts.c.token) <= bindparam("max_chars", type_=Integer),
    facet_counts.c.books > 0,
)


def count_subjects(db: Connection, code: str, max_code_chars: int) -> dict[str, int]:
    """Count the books of a Thema code and of its descendants; "" is the parent of all letters."""
    first, end = Facet.SUBJECT.token_range(code or "a", code or "z")
    values = {"first": first, "end": end, "max_chars": len(Facet.SUBJECT.prefix) + max_code_chars}
    rows = db.execute(LIST_SUBJECT_COUNTS, values)
    return {Facet.SUBJECT.value_of(token).upper(): count for token, count in rows}


REMOVE_EMPTY = facet_counts.delete().where(
    facet_counts.c.token.in_(bindparam("tokens", expanding=True)), facet_counts.c.books == 0
)


def change_counts(db: Connection, differences: Mapping[str, int]) -> None:
    """Add to the numbers of books with these tokens."""
    # in a fixed order, to avoid deadlocks
    if changed := sorted((token, books) for token, books in differences.items() if books):
        choose_index(db).change_counts(db, changed)
    if fewer := [token for token, books in differences.items() if books < 0]:
        db.execute(REMOVE_EMPTY, {"tokens": fewer})
