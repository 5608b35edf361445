"""The other editions of a book, by relations of ONIX list 51 or by a work that they share."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, case, func, literal, select, union_all

from bookshop.catalogue.book import Book
from bookshop.catalogue.book_store import BOOKS, book_of
from bookshop.schema import books, related

# the same work in another form or by another publisher, as either book's record may have it;
# values within an IN would be written into the statement again for every page
OTHER_FORMS = [literal(code) for code in ("06", "11", "13", "16", "27", "28", "29", "30")]
REPLACES, REPLACED_BY = "03", "05"
MAX_EDITIONS = 24
# those that are shown beside the price
MAX_CARDS = 4


@dataclass(frozen=True, slots=True)
class Editions:
    """Other editions of a book, and the one that replaced it."""

    others: tuple[Book, ...]
    successor: Book | None

    @property
    def all(self) -> tuple[Book, ...]:
        """Return the successor, then the others."""
        return (self.successor, *self.others) if self.successor else self.others

    def with_book(self, book: Book) -> list[Book]:
        """Return the first few editions and the book itself, in the same order on each one's page."""
        return sorted((book, *self.all[:MAX_CARDS]), key=_by_price)


RELATED_BOOKS = union_all(
    select(related.c.other.label("isbn"), (related.c.code == REPLACED_BY).label("is_successor")).where(
        related.c.isbn == bindparam("book"), related.c.code.in_([literal(REPLACED_BY), *OTHER_FORMS])
    ),
    select(related.c.isbn, related.c.code == REPLACES).where(
        related.c.other == bindparam("book"), related.c.code.in_([literal(REPLACES), *OTHER_FORMS])
    ),
    select(books.c.isbn, literal(False)).where(books.c.work == func.nullif(bindparam("work"), "")),
).subquery()
IS_SUCCESSOR = func.max(case((RELATED_BOOKS.c.is_successor, 1), else_=0)).label("is_successor")
EDITIONS = (
    select(RELATED_BOOKS.c.isbn, IS_SUCCESSOR)
    .where(RELATED_BOOKS.c.isbn != bindparam("book"))
    .group_by(RELATED_BOOKS.c.isbn)
    .subquery()
)
LIST_EDITIONS = (
    BOOKS.add_columns(EDITIONS.c.is_successor)
    .join(EDITIONS, EDITIONS.c.isbn == books.c.isbn)
    .limit(MAX_EDITIONS)
)


def list_editions(db: Connection, book: Book) -> Editions:
    """Return a book's other editions: those that can be bought first, then by price."""
    rows = db.execute(LIST_EDITIONS, {"book": book.isbn, "work": book.work}).all()
    successor = next((book_of(row) for row in rows if row.is_successor), None)
    editions = sorted(map(book_of, rows), key=_by_price)
    return Editions(tuple(edition for edition in editions if edition != successor), successor)


def _by_price(edition: Book) -> tuple[bool, int, str]:
    return (not edition.can_be_bought, edition.price_minor, edition.isbn)
