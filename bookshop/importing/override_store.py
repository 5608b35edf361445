"""The values that a bookseller set over imported ones."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from bookshop.schema import overrides

LIST_OVERRIDES = select(overrides.c.isbn, overrides.c.field, overrides.c.value).where(
    overrides.c.isbn.in_(bindparam("isbns", expanding=True))
)


def list_overrides(db: Connection, isbns: Collection[str]) -> dict[str, dict[str, str]]:
    """Return the values of books by ISBN and field."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row in db.execute(LIST_OVERRIDES, {"isbns": list(isbns)}):
        found[row.isbn][row.field] = row.value
    return found


ADD_OVERRIDE = overrides.insert()
DELETE_OVERRIDE = overrides.delete().where(
    overrides.c.isbn == bindparam("book_isbn"), overrides.c.field == bindparam("field_name")
)


def set_overrides(db: Connection, values: Mapping[str, Mapping[str, str]], now: datetime) -> None:
    """Store values by ISBN and field, in place of those that the fields had."""
    rows = [
        {"isbn": isbn, "field": field, "value": value, "set_at": now}
        for isbn, fields in values.items()
        for field, value in fields.items()
    ]
    if rows:
        db.execute(DELETE_OVERRIDE, [{"book_isbn": row["isbn"], "field_name": row["field"]} for row in rows])
        db.execute(ADD_OVERRIDE, rows)


def delete_override(db: Connection, isbn: str, field: str) -> bool:
    """Return whether the field had an override."""
    return db.execute(DELETE_OVERRIDE, {"book_isbn": isbn, "field_name": field}).rowcount > 0
