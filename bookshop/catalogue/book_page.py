"""What a book's page shows."""

from operator import attrgetter
from typing import TypedDict

from sqlalchemy import Connection

from bookshop.catalogue.book import Book, Contributor, Pick
from bookshop.catalogue.book_list import BOOKS_PER_ROW
from bookshop.catalogue.book_store import find_book, list_similar_books
from bookshop.catalogue.credits import Credit, credits_of
from bookshop.catalogue.display_store import find_pick
from bookshop.catalogue.editions import Editions, list_editions
from bookshop.catalogue.subject_names import list_feed_headings
from bookshop.search.rank import RankGroup
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
    suggestions: list[Book]


def load_book_page(db: Connection, isbn: str) -> BookPage | None:
    """Return what the page of a listed book shows."""
    book = find_book(db, isbn)
    if book is None:
        return None
    editions = list_editions(db, book)
    return {
        "book": book,
        "category": CATEGORIES.get(book.category),
        "credits": credits_of(book.contributors),
        "biographies": [person for person in book.contributors if person.biography],
        "headings": list_subject_headings(db, book),
        "editions": editions,
        "pick": find_pick(db, isbn),
        "suggestions": list_unrelated_suggestions(db, book, editions),
    }


def list_subject_headings(db: Connection, book: Book) -> tuple[Heading, ...]:
    """Return the closest Thema heading of each subject."""
    codes = [subject.code for subject in book.subjects if subject.scheme in THEMA_SCHEMES]
    feed_headings = list_feed_headings(db, {ancestor for code in codes for ancestor in ancestors(code)})
    return closest(codes, feed_headings)


def list_unrelated_suggestions(db: Connection, book: Book, editions: Editions) -> list[Book]:
    """Return other books of the category that can be bought, without other editions of this one.

    Instead of a book that cannot be bought, only those on the shelves are suggested.
    """
    if not book.category:
        # they have nothing in common
        return []
    shown = {edition.isbn for edition in (*editions.others, editions.successor) if edition}
    group = RankGroup.ORDERABLE if book.can_be_bought else RankGroup.IN_STOCK
    is_offered = attrgetter("can_be_bought" if book.can_be_bought else "is_on_shelf")
    similar = list_similar_books(db, book, group, BOOKS_PER_ROW + len(shown))
    # asked again, since the index follows the stock some seconds later
    return [other for other in similar if is_offered(other) and other.isbn not in shown][:BOOKS_PER_ROW]
