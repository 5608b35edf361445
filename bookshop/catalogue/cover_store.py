"""Read what books' covers are made of."""

from sqlalchemy import Connection, Integer, bindparam, select, union_all

from bookshop.covers.cover import Cover
from bookshop.covers.picture import picture_of
from bookshop.schema import books
from bookshop.trade.categories import CATEGORIES

COVERS = select(
    books.c.isbn,
    books.c.title,
    books.c.byline,
    books.c.category,
    books.c.cover_version,
    books.c.cover_width,
    books.c.cover_height,
)
FIND_COVER = COVERS.where(books.c.isbn == bindparam("book"))


def find_cover(db: Connection, isbn: str) -> Cover | None:
    """Return the cover of a book; orders also show books that are no longer listed."""
    row = db.execute(FIND_COVER, {"book": isbn}).first()
    return _cover_of(*row) if row else None


# a limit for each category, so that its number of books does not matter
LIST_CATEGORY_COVERS = union_all(
    *(
        select(
            COVERS.where(books.c.category == slug, books.c.rank.is_not(None))
            .order_by(books.c.rank)
            .limit(bindparam("per_category", type_=Integer))
            .subquery()
        )
        for slug in CATEGORIES
    )
)


def list_category_covers(db: Connection, per_category: int) -> list[Cover]:
    """Return the covers of the first books of every category."""
    return [_cover_of(*row) for row in db.execute(LIST_CATEGORY_COVERS, {"per_category": per_category})]


def _cover_of(
    isbn: str, title: str, byline: str, category: str, version: str, width: int, height: int
) -> Cover:
    return Cover(isbn, title, byline, category, picture_of(isbn, version, width, height))
