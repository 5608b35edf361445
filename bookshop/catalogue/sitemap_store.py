"""The books of a sitemap, in parts."""

from sqlalchemy import Connection, Integer, String, bindparam, select, text

from bookshop.schema import books

# by steps over the primary key, so that nothing but the key is read
LIST_SITEMAP_PARTS = text(
    """
    WITH RECURSIVE parts (isbn) AS (
      SELECT min(isbn) FROM books
      UNION ALL
      SELECT (SELECT b.isbn FROM books AS b WHERE b.isbn >= parts.isbn ORDER BY b.isbn LIMIT 1 OFFSET :size)
        FROM parts WHERE parts.isbn IS NOT NULL
    )
    SELECT isbn FROM parts WHERE isbn IS NOT NULL
    """
).bindparams(bindparam("size", type_=Integer))


def list_sitemap_parts(db: Connection, size: int) -> list[str]:
    """Return the first ISBN of each part of `size` books."""
    return list(db.execute(LIST_SITEMAP_PARTS, {"size": size}).scalars())


LIST_SITEMAP_PART = (
    select(books.c.isbn, books.c.title, books.c.is_listed)
    .where(books.c.isbn >= bindparam("first", type_=String))
    .order_by(books.c.isbn)
    .limit(bindparam("size", type_=Integer))
)


def list_sitemap_part(db: Connection, first: str, size: int) -> list[tuple[str, str]]:
    """Return the ISBN and title of each listed book of the part that begins with this ISBN."""
    rows = db.execute(LIST_SITEMAP_PART, {"first": first, "size": size})
    return [(row.isbn, row.title) for row in rows if row.is_listed]
