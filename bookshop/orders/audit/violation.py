"""A broken rule of the audit."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule: of which book or order, what was expected and what was found."""

    rule: str
    subject: str
    expected: str
    found: str


def list_violations(db: Connection, rule: str, statement: Select[Any]) -> Iterator[Violation]:
    """Yield a violation for each row of (subject, expected, found).

    A rule is one statement over the whole table, so that it sees one moment and raises no false alarm while
    the shop is open.
    """
    for row in db.execute(statement):
        yield Violation(rule, row.subject, str(row.expected), str(row.found))
