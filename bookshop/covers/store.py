"""SQL of covers: which picture a book has, and the links to pictures in feeds."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Integer, and_, bindparam, func, select

from bookshop.schema import books, cover_links


@dataclass(frozen=True, slots=True)
class CoverLink:
    """The link to a book's picture, with the state after its last download.

    `picture_date` is the date that the sender gives the picture. `downloaded_version` is what the last
    download was stored as, `cover_version` the one that the book has now.
    """

    isbn: str
    url: str
    picture_date: str
    downloaded_version: str
    etag: str
    last_modified: str
    downloaded_picture_date: str
    cover_version: str

    @property
    def download_state(self) -> tuple[str, str, str]:
        """The version, ETag and Last-Modified of the last download."""
        return self.downloaded_version, self.etag, self.last_modified

    @property
    def has_other_cover(self) -> bool:
        """Whether the book has a picture that did not come from its link."""
        return self.cover_version not in ("", self.downloaded_version)

    @property
    def has_same_date(self) -> bool:
        """Whether the sender dates the picture, and as at the last download."""
        return bool(self.picture_date) and self.picture_date == self.downloaded_picture_date


LIST_VERSIONS = select(books.c.isbn, books.c.cover_version).where(
    books.c.isbn.in_(bindparam("isbns", expanding=True))
)


def list_versions(db: Connection, isbns: Iterable[str]) -> dict[str, str]:
    """Return the version of each book's picture, '' for none; unknown ISBNs are left out."""
    return {row.isbn: row.cover_version for row in db.execute(LIST_VERSIONS, {"isbns": list(isbns)})}


SET_COVER = (
    books.update()
    .where(books.c.isbn == bindparam("book_isbn"))
    .values(
        cover_version=bindparam("version"), cover_width=bindparam("width"), cover_height=bindparam("height")
    )
)


def set_cover(db: Connection, isbn: str, version: str, width: int, height: int) -> None:
    """Set the picture of a book."""
    db.execute(SET_COVER, {"book_isbn": isbn, "version": version, "width": width, "height": height})


LIST_LINKS = (
    select(cover_links, books.c.cover_version)
    .join(books, books.c.isbn == cover_links.c.isbn)
    .where(cover_links.c.isbn > bindparam("after_isbn"))
    .order_by(cover_links.c.isbn)
    .limit(bindparam("limit", type_=Integer))
)


def list_cover_links(db: Connection, after_isbn: str, limit: int) -> list[CoverLink]:
    """Return the next links by ISBN."""
    rows = db.execute(LIST_LINKS, {"after_isbn": after_isbn, "limit": limit})
    return [CoverLink(**row._mapping) for row in rows]


COUNT_LINKS = select(func.count()).select_from(cover_links)


def count_cover_links(db: Connection) -> int:
    count: int = db.execute(COUNT_LINKS).scalar_one()
    return count


IS_LINK = cover_links.c.isbn == bindparam("book_isbn")
# only if the sender has not given another link meanwhile
RECORD_DOWNLOAD = (
    cover_links.update()
    .where(and_(IS_LINK, cover_links.c.url == bindparam("downloaded_url")))
    .values(
        downloaded_version=bindparam("new_version"),
        etag=bindparam("new_etag"),
        last_modified=bindparam("new_last_modified"),
        downloaded_picture_date=bindparam("new_picture_date"),
    )
)


def record_download(db: Connection, link: CoverLink, version: str, etag: str, last_modified: str) -> None:
    """Store the state after a download, so that an unchanged picture is not downloaded again."""
    values = {
        "book_isbn": link.isbn,
        "downloaded_url": link.url,
        "new_version": version,
        "new_etag": etag,
        "new_last_modified": last_modified,
        "new_picture_date": link.picture_date,
    }
    db.execute(RECORD_DOWNLOAD, values)
