"""Messages of one product, for the tests of imports."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, select

from bookshop.schema import books
from tests.builders import an_isbn
from tests.importing.shop import a_header
from tests.onix.messages import (
    a_message,
    a_product,
)

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


ISBN, OTHER = an_isbn(), an_isbn()


def a_feed(
    *parts: str, sent_at: str = "20261101T1000", sender: str = "Example Books", **product: Any
) -> bytes:
    """Return a message of one product."""
    product.setdefault("isbn", ISBN)
    return a_message(a_product(*parts, **product), header=a_header(sent_at, sender))


def listed_on(db: Connection, isbn: str) -> date | None:
    return db.execute(select(books.c.listed_on).where(books.c.isbn == isbn)).scalar()
