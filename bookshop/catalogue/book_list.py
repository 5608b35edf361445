"""A page of a list of books."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bookshop.catalogue.book import Book
from bookshop.trade.categories import DEFAULT_HUE
from bookshop.trade.thema import Heading

BOOKS_PER_PAGE = 24
BOOKS_PER_ROW = 6
MAX_SERIES_PLACES = 12


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
class ShelfPlace:
    """A place on the shelf of a series; without a book if the shop does not have this number."""

    number: str
    book: Book | None = None


@dataclass(frozen=True, slots=True)
class SeriesShelf:
    """Books of one series, in order; `count` is None if others may not have been read."""

    key: str
    books: tuple[Book, ...]
    count: int | None

    @property
    def name(self) -> str:
        return self.books[0].series

    @property
    def places(self) -> tuple[ShelfPlace, ...]:
        """Return its first places, as many as fit on a shelf that is drawn sideways."""
        return tuple(ShelfPlace(book.series_number, book) for book in self.books[:MAX_SERIES_PLACES])


@dataclass(frozen=True, slots=True)
class Opening:
    """What the first page of a list shows besides its bookcase.

    `spines` are all of its books, if there are some but not many; `series` those with several of them, the
    longest first. `same_shelf` are books beside the only one of a list. `hues` tint these.
    """

    spines: tuple[Book, ...] = ()
    series: tuple[SeriesShelf, ...] = ()
    same_shelf: tuple[Book, ...] = ()
    hues: tuple[str, ...] = ("mint", "rose")


NO_OPENING = Opening()


@dataclass(frozen=True, slots=True)
class BookList:
    """A page of a list.

    `after` is where the next page begins; `count` is None if the books are not counted.
    `text` is clean HTML about the subject of the list; `notes` are a few words on some books, by ISBN,
    and `signers` are the booksellers who wrote them.
    If `is_sorted_in_part`, only the first MAX_COUNTED books were put into the wanted order.
    `hue` tints its bookcase. `missing` are the numbers that a series lacks here, by the ISBN of the book
    that follows them.
    """

    title: str
    sections: tuple[Section, ...] = ()
    count: int | None = None
    after: str = ""
    text: str = ""
    breadcrumb: tuple[Heading, ...] = ()
    branches: tuple[Branch, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)
    signers: Mapping[str, str] = field(default_factory=dict)
    is_sorted_in_part: bool = False
    hue: str = DEFAULT_HUE
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    opening: Opening = NO_OPENING

    @property
    def books(self) -> tuple[Book, ...]:
        return tuple(book for section in self.sections for book in section.books)

    @property
    def is_one_book(self) -> bool:
        return self.count == len(self.books) == 1


def one_section(books: Iterable[Book]) -> tuple[Section, ...]:
    return (Section(tuple(books)),)
