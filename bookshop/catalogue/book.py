"""A book as the trade describes it, and what a shopper may do with it."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from stdnum import isbn as stdnum_isbn
from stdnum.exceptions import ValidationError

from bookshop.money import Money

# ONIX code list 17
AUTHOR, ILLUSTRATOR, INTRODUCTION, EDITOR, TRANSLATOR = "A01", "A12", "A24", "B01", "B06"


class Availability(StrEnum):
    """How many copies a shopper is told of."""

    PLENTY = "plenty"
    TWO = "two"
    LAST = "last"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Contributor:
    """A person or body who made the book, in a role of ONIX list 17."""

    role: str
    name: str


@dataclass(frozen=True, slots=True)
class Book:
    """One edition, known by its ISBN-13; contributors and subjects are there when one book was asked for."""

    isbn: str
    title: str
    subtitle: str
    byline: str
    form: str
    pages: int
    publisher: str
    published: str
    language: str
    description: str
    price: Money
    shelf: str
    left: int
    contributors: tuple[Contributor, ...] = ()
    subjects: tuple[str, ...] = ()

    @property
    def availability(self) -> Availability:
        """What the shelf says of this book."""
        few = {0: Availability.NONE, 1: Availability.LAST, 2: Availability.TWO}
        return few.get(max(self.left, 0), Availability.PLENTY)

    @property
    def can_be_bought(self) -> bool:
        """Whether at least one copy is free."""
        return self.left > 0

    @property
    def slug(self) -> str:
        """The title as the readable end of an address; may be empty."""
        return "-".join(words(self.title))[:80].strip("-")


@dataclass(frozen=True, slots=True)
class Pick:
    """A book that the shop recommends, with a bookseller's words."""

    book: Book
    note: str
    by: str


def read_isbn(text: str) -> str | None:
    """The ISBN-13 in any spelling (10 or 13 digits, hyphens, spaces), or None; 979-0 is music, no book."""
    try:
        isbn: str = stdnum_isbn.to_isbn13(stdnum_isbn.validate(text.strip()))
    except ValidationError:
        return None
    return None if isbn.startswith("9790") else isbn


def words(text: str) -> list[str]:
    """The words of a text in the form they are searched by: no case, no accents, no punctuation."""
    # folded again, since compatibility forms such as № bring capitals of their own
    plain = unicodedata.normalize("NFKD", text.casefold()).casefold()
    return re.findall(r"\w+", "".join(c for c in plain if not unicodedata.combining(c)))
