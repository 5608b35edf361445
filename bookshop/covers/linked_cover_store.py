"""SQL of the covers that senders link to now: links come, change and go with their pictures."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import Connection, Executable, and_, bindparam, select

from bookshop.covers.store import IS_LINK
from bookshop.database import AnyRow
from bookshop.database.insert_rows import insert_rows
from bookshop.schema import books, cover_links

Rows: TypeAlias = list[dict[str, Any]]


class LinkedCover(NamedTuple):
    """What a sender says of a book's picture: its URL, '' for none, and its date or ''.

    `hidden` are URLs of pictures that must not be shown now.
    """

    isbn: str
    url: str = ""
    picture_date: str = ""
    hidden: frozenset[str] = frozenset()


FIND_LINKS = select(
    cover_links.c.isbn, cover_links.c.url, cover_links.c.picture_date, cover_links.c.downloaded_version
).where(cover_links.c.isbn.in_(bindparam("isbns", expanding=True)))
# only the picture from the link, not one that the bookseller imported
REMOVE_PICTURE = (
    books.update()
    .where(and_(books.c.isbn == bindparam("book_isbn"), books.c.cover_version == bindparam("old_version")))
    .values(cover_version="", cover_width=0, cover_height=0)
)
DELETE_LINK = cover_links.delete().where(IS_LINK)
# the state after a download of another URL does not hold for this one
CHANGE_URL = (
    cover_links.update()
    .where(IS_LINK)
    .values(url=bindparam("new_url"), etag="", last_modified="", downloaded_picture_date="")
)
CHANGE_DATE = (
    cover_links.update()
    .where(IS_LINK)
    .values(picture_date=bindparam("new_picture_date"), downloaded_picture_date="")
)


def set_cover_links(db: Connection, covers: Sequence[LinkedCover]) -> None:
    """Store links, or delete those without a URL, with the pictures that came from them.

    A picture also goes if its URL is hidden. Links that are stored already are not written again.
    """
    rows = db.execute(FIND_LINKS, {"isbns": [one.isbn for one in covers]}) if covers else ()
    stored = {row.isbn: row for row in rows}
    new = [one[:3] for one in covers if one.url and one.isbn not in stored]
    insert_rows(db, cover_links, ("isbn", "url", "picture_date"), new)
    for statement, changed in _link_changes(
        [(stored[one.isbn], one) for one in covers if one.isbn in stored]
    ):
        if changed:
            db.execute(statement, changed)


def _link_changes(pairs: Sequence[tuple[AnyRow, LinkedCover]]) -> Iterator[tuple[Executable, Rows]]:
    """Yield each statement with the rows of the links that it changes."""
    gone = [old for old, one in pairs if old.downloaded_version and (not one.url or old.url in one.hidden)]
    yield REMOVE_PICTURE, [{"book_isbn": old.isbn, "old_version": old.downloaded_version} for old in gone]
    yield DELETE_LINK, [{"book_isbn": one.isbn} for _, one in pairs if not one.url]
    kept = [(old, one) for old, one in pairs if one.url]
    yield CHANGE_URL, [{"book_isbn": one.isbn, "new_url": one.url} for old, one in kept if one.url != old.url]
    dated = [one for old, one in kept if one.picture_date != old.picture_date]
    yield CHANGE_DATE, [{"book_isbn": one.isbn, "new_picture_date": one.picture_date} for one in dated]
