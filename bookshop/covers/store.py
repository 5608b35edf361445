"""The statements about covers: which picture a book has, and where its sender says that one is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Integer, and_, bindparam, func, select

from bookshop.bulk_insert import add_rows
from bookshop.schema import books, cover_links

LIST_VERSIONS = select(books.c.isbn, books.c.cover).where(
    books.c.isbn.in_(bindparam("isbns", expanding=True))
)
SET_COVER = (
    books.update()
    .where(books.c.isbn == bindparam("book"))
    .values(cover=bindparam("version"), cover_width=bindparam("width"), cover_height=bindparam("height"))
)
LIST_LINKS = (
    select(cover_links, books.c.cover)
    .join(books, books.c.isbn == cover_links.c.isbn)
    .where(cover_links.c.isbn > bindparam("after"))
    .order_by(cover_links.c.isbn)
    .limit(bindparam("limit", type_=Integer))
)
COUNT_LINKS = select(func.count()).select_from(cover_links)
FIND_LINKS = select(cover_links.c.isbn, cover_links.c.link, cover_links.c.updated).where(
    cover_links.c.isbn.in_(bindparam("isbns", expanding=True))
)
THIS_LINK = cover_links.c.isbn == bindparam("book")
DROP_LINK = cover_links.delete().where(THIS_LINK)
# what was heard of another address says nothing about this one
MOVE_LINK = (
    cover_links.update().where(THIS_LINK).values(link=bindparam("address"), etag="", modified="", seen="")
)
DATE_LINK = cover_links.update().where(THIS_LINK).values(updated=bindparam("date"), seen="")
# only if the sender has not named another address meanwhile
NOTE_LINK = (
    cover_links.update()
    .where(and_(THIS_LINK, cover_links.c.link == bindparam("address")))
    .values({name: bindparam(f"new_{name}") for name in ("version", "etag", "modified", "seen")})
)


@dataclass(frozen=True, slots=True)
class CoverLink:
    """Where a sender says that a picture is, with what was heard when it was last taken from there.

    `updated` is the date that the sender gives it and `seen` that of the picture taken, `version` the picture
    that came of it; `cover` is the one that the book has now.
    """

    isbn: str
    link: str
    updated: str
    version: str
    etag: str
    modified: str
    seen: str
    cover: str


def list_versions(db: Connection, isbns: Iterable[str]) -> dict[str, str]:
    """The version of each book's picture, '' where it has none; books that do not exist are left out."""
    return {row.isbn: row.cover for row in db.execute(LIST_VERSIONS, {"isbns": list(isbns)})}


def set_cover(db: Connection, isbn: str, version: str, width: int, height: int) -> None:
    """Let a book be shown with this picture from now on."""
    db.execute(SET_COVER, {"book": isbn, "version": version, "width": width, "height": height})


def set_cover_links(db: Connection, links: Sequence[tuple[str, str, str]]) -> None:
    """Remember where pictures are, as (isbn, link, date or ''); a link of '' forgets it.

    What is known already is not written again.
    """
    known = {row.isbn: row for row in db.execute(FIND_LINKS, {"isbns": [isbn for isbn, _, _ in links]})}
    kept = [(known[isbn], link, updated) for isbn, link, updated in links if isbn in known and link]
    new = [(isbn, link, updated) for isbn, link, updated in links if isbn not in known and link]
    add_rows(db, cover_links, ("isbn", "link", "updated"), new)
    for statement, rows in (
        (DROP_LINK, [{"book": isbn} for isbn, link, _ in links if isbn in known and not link]),
        (MOVE_LINK, [{"book": old.isbn, "address": link} for old, link, _ in kept if link != old.link]),
        (DATE_LINK, [{"book": old.isbn, "date": date} for old, _, date in kept if date != old.updated]),
    ):
        if rows:
            db.execute(statement, rows)


def list_cover_links(db: Connection, after: str, limit: int) -> list[CoverLink]:
    """The next links in the order of their ISBNs."""
    return [CoverLink(**row._mapping) for row in db.execute(LIST_LINKS, {"after": after, "limit": limit})]


def count_cover_links(db: Connection) -> int:
    """How many links there are."""
    count: int = db.execute(COUNT_LINKS).scalar_one()
    return count


def note_link(db: Connection, link: CoverLink, version: str, etag: str, modified: str) -> None:
    """Remember what came of a link, so that it need not come again."""
    heard = {"new_version": version, "new_etag": etag, "new_modified": modified, "new_seen": link.updated}
    db.execute(NOTE_LINK, {"book": link.isbn, "address": link.link, **heard})
