"""What readers of a book also bought, if at least five shoppers bought both."""

from sqlalchemy import Connection, bindparam

from bookshop.catalogue.book import Book
from bookshop.catalogue.book_store import BOOKS, LIMIT, read_books
from bookshop.schema import MAY_BE_NAMED, books, bought_together

# of which those that cannot be bought are left out
MAX_BOOKS_READ = 48

LIST_ALSO_BOUGHT = (
    BOOKS.join(bought_together, bought_together.c.other == books.c.isbn)
    .where(bought_together.c.isbn == bindparam("book"), MAY_BE_NAMED)
    .order_by(bought_together.c.shoppers.desc(), books.c.rank)
    .limit(LIMIT)
)


def list_also_bought(db: Connection, isbn: str, limit: int) -> list[Book]:
    """Return books that can be bought, the ones that most shoppers bought with this one first."""
    found = read_books(db, LIST_ALSO_BOUGHT, book=isbn, limit=MAX_BOOKS_READ)
    return [book for book in found if book.can_be_bought][:limit]
