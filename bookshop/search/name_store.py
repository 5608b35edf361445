"""The people and series of listed books, found by the beginnings of their words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, TextClause, bindparam, select, text

from bookshop.schema import names
from bookshop.search.book_tokens import NAMES_ARE_COUNTED
from bookshop.search.facet import LAST_CHAR, Facet
from bookshop.search.name_starts import start_of, starts_of

# a name with twice the books is one size larger, up to this
MAX_SIZE = 9
# a name may be found by several of its words
MAX_FOUND = 12
NAME_PREFIXES = frozenset({Facet.CONTRIBUTOR.prefix, Facet.SERIES.prefix})
START_COLUMNS = ("facet", "size", "start", "token")
StartRow = tuple[str, int, str, str]


class Name(NamedTuple):
    """A person or a series with the number of their listed books."""

    token: str
    name: str
    books: int

    @property
    def start_rows(self) -> set[StartRow]:
        """Return the rows by which the name is found; none without books."""
        size = min(self.books.bit_length(), MAX_SIZE)
        starts = starts_of(self.name) if self.books > 0 else ()
        return {(self.token[0], size, start, self.token) for start in starts}


# one short walk along the primary key for each size, the largest first
FOUND = """
SELECT token FROM (SELECT token FROM (
    {}
) AS walk LIMIT {}) AS {}
"""


def _find_by_facet(facet: Facet) -> str:
    walks = (
        f"SELECT token FROM name_starts WHERE facet = '{facet}' AND size = {size}"  # noqa: S608 - numbers
        " AND start >= :first AND start < :end"
        for size in range(MAX_SIZE, 0, -1)
    )
    return FOUND.format(" UNION ALL ".join(walks), MAX_FOUND, facet.name.lower())


FIND_NAMES = text(
    "SELECT token, name, books FROM names WHERE token IN"  # noqa: S608 - no values
    f" ({_find_by_facet(Facet.CONTRIBUTOR)} UNION ALL {_find_by_facet(Facet.SERIES)})"
)


def find_names(db: Connection, typed: str) -> list[Name]:
    """Return a few people and series with a word that begins so, those with most books first."""
    first = start_of(typed)
    if not first:
        return []
    rows = db.execute(FIND_NAMES, {"first": first, "end": first + LAST_CHAR})
    return sorted((Name(*row) for row in rows), key=lambda name: (-name.books, name.name))


def name_tokens(tokens: Sequence[str]) -> list[str]:
    """Return the tokens of people and series among whose books these tokens are counted."""
    return [token for token in tokens if token[:2] in NAME_PREFIXES] if NAMES_ARE_COUNTED in tokens else []


READ_NAMES = select(names.c.token, names.c.name, names.c.books).where(
    names.c.token.in_(bindparam("tokens", expanding=True))
)


def read_names(db: Connection, tokens: Iterable[str]) -> dict[str, Name]:
    """Return the stored names of these tokens."""
    return {row.token: Name(*row) for row in db.execute(READ_NAMES, {"tokens": list(tokens)})}


ADD_TO_NAME = text(
    "INSERT INTO names (token, name, books) VALUES (:token, :name, :books)"
    " ON CONFLICT (token) DO UPDATE SET name = excluded.name, books = names.books + excluded.books"
)
ADD_START = text(
    "INSERT INTO name_starts (facet, size, start, token) VALUES (:facet, :size, :start, :token)"
    " ON CONFLICT DO NOTHING"
)
REMOVE_START = text(
    "DELETE FROM name_starts WHERE facet = :facet AND size = :size AND start = :start AND token = :token"
)
IS_EMPTY = names.c.books <= 0
REMOVE_NAMES = names.delete().where(names.c.token.in_(bindparam("tokens", expanding=True)), IS_EMPTY)


def change_names(db: Connection, written: Mapping[str, str], differences: Mapping[str, int]) -> None:
    """Store the names of tokens as books write them now, and add to their numbers of books."""
    if not (tokens := {*written, *differences}):
        return
    stored = read_names(db, tokens)
    changed = []
    # in a fixed order, to avoid deadlocks
    for token in sorted(tokens):
        name = stored.get(token, Name(token, "", 0)).name
        if differences.get(token) or written.get(token, name) != name:
            changed.append(Name(token, written.get(token, name), differences.get(token, 0)))
    if changed:
        _write_rows(db, ADD_TO_NAME, [name._asdict() for name in changed])
        _move_starts(db, stored, changed)
        db.execute(REMOVE_NAMES, {"tokens": [name.token for name in changed if name.books < 0]})


def _move_starts(db: Connection, stored: Mapping[str, Name], changed: Sequence[Name]) -> None:
    """Change the rows by which names are found; the numbers of `changed` are what was added.

    The names are locked now, so that what they had before is exact.
    """
    old_rows, new_rows = set[StartRow](), set[StartRow]()
    after = read_names(db, [name.token for name in changed])
    for token, _, added in changed:
        new_rows |= after[token].start_rows
        if token in stored:
            old_rows |= stored[token]._replace(books=after[token].books - added).start_rows
    for statement, rows in ((REMOVE_START, old_rows - new_rows), (ADD_START, new_rows - old_rows)):
        _write_rows(db, statement, [dict(zip(START_COLUMNS, row, strict=True)) for row in sorted(rows)])


def _write_rows(db: Connection, statement: TextClause, rows: list[dict[str, Any]]) -> None:
    if rows and db.dialect.name == "sqlite":
        # passed to the driver directly, which halves the time for many rows
        db.exec_driver_sql(statement.text, rows)
    elif rows:
        db.execute(statement, rows)
