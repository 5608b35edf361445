"""What a book's page shows."""

from typing import TypedDict

from sqlalchemy import Connection

from bookshop.catalogue.book import Book, Contributor, Pick
from bookshop.catalogue.book_shelves import BookShelves, load_shelves
from bookshop.catalogue.book_store import find_book
from bookshop.catalogue.credits import Credit, credits_of
from bookshop.catalogue.display_store import find_pick
from bookshop.catalogue.editions import Editions, list_editions
from bookshop.catalogue.subject_names import list_feed_headings
from bookshop.trade.categories import CATEGORIES, Category
from bookshop.trade.subject_schemes import THEMA_SCHEMES
from bookshop.trade.thema import Heading, ancestors, closest


class BookPage(TypedDict):
    """The variables of the template; `biographies` are the contributors who have one."""

    book: Book
    category: Category | None
    credits: tuple[Credit, ...]
    biographies: list[Contributor]
    headings: tuple[Heading, ...]
    editions: Editions
    pick: Pick | None
    shelves: BookShelves


def load_book_page(db: Connection, isbn: str) -> BookPage | None:
    """Return what the page of a listed book shows."""
    book = find_book(db, isbn)
    if book is None:
        return None
    editions = list_editions(db, book)
    groups = credits_of(book.contributors)
    return {
        "book": book,
        "category": CATEGORIES.get(book.category),
        "credits": groups,
        "biographies": [person for person in book.contributors if person.biography],
        "headings": list_subject_headings(db, book),
        "editions": editions,
        "pick": find_pick(db, isbn),
        "shelves": load_shelves(db, book, groups[0] if groups else None, editions.all),
    }


def list_subject_headings(db: Connection, book: Book) -> tuple[Heading, ...]:
    """Return the closest Thema heading of each subject."""
    codes = [subject.code for subject in book.subjects if subject.scheme in THEMA_SCHEMES]
    feed_headings = list_feed_headings(db, {ancestor for code in codes for ancestor in ancestors(code)})
    return closest(codes, feed_headings)
