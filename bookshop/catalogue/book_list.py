"""A page of a list of books."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bookshop.catalogue.book import Book
from bookshop.trade.categories import DEFAULT_HUE
from bookshop.trade.thema import Heading

BOOKS_PER_PAGE = 24
BOOKS_PER_ROW = 6


@dataclass(frozen=True, slots=True)
class Section:
    """Books under a heading, which may be empty."""

    books: tuple[Book, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Branch:
    """A subject with its number of books, and its children."""

    heading: Heading
    book_count: int
    children: tuple["Branch", ...] = ()


@dataclass(frozen=True, slots=True)
class BookList:
    """A page of a list.

    `after` is where the next page begins; `count` is None if the books are not counted.
    `text` is clean HTML about the subject of the list; `notes` are a few words on some books, by ISBN.
    If `is_sorted_in_part`, only the first MAX_COUNTED books were put into the wanted order.
    `hue` tints its bookcase.
    """

    title: str
    sections: tuple[Section, ...] = ()
    count: int | None = None
    after: str = ""
    text: str = ""
    breadcrumb: tuple[Heading, ...] = ()
    branches: tuple[Branch, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)
    is_sorted_in_part: bool = False
    hue: str = DEFAULT_HUE

    @property
    def books(self) -> tuple[Book, ...]:
        return tuple(book for section in self.sections for book in section.books)


def one_section(books: Iterable[Book]) -> tuple[Section, ...]:
    return (Section(tuple(books)),)
