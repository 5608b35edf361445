"""SQL of a sample of covers."""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, select

from bookshop.schema import books

# each a short walk along the primary key, however many books there are
MAX_BOOKS = 100
FIND_BOOKS = (
    select(books.c.isbn, books.c.cover_version)
    .where(books.c.isbn >= bindparam("start"))
    .order_by(books.c.isbn)
    .limit(MAX_BOOKS)
)


def sample_covers(db: Connection, starts: Iterable[str]) -> list[tuple[str, str]]:
    """Return ISBNs with their pictures' versions, from the first book and from these ISBNs on."""
    found = {
        row.isbn: row.cover_version
        for start in ("", *starts)
        for row in db.execute(FIND_BOOKS, {"start": start})
    }
    return [(isbn, version) for isbn, version in found.items() if version]
