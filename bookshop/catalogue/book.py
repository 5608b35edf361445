"""A book as the trade describes it, and what a shopper may do with it."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from itertools import filterfalse

from stdnum import isbn as stdnum_isbn
from stdnum.exceptions import ValidationError

from bookshop.catalogue.availability import Availability, Supply, find_availability
from bookshop.catalogue.pictures import Picture, picture_of
from bookshop.money import Money

# ONIX code list 17
AUTHOR, ILLUSTRATOR, INTRODUCTION, EDITOR, TRANSLATOR = "A01", "A12", "A24", "B01", "B06"
# without the underscore, which marks what is no word where books are looked up
WORDS = re.compile(r"[^\W_]+")
FOREIGN = re.compile(r"[^\x00-\x7f]+")


# a courtesy to other shoppers and a bound on the cookie: a school that wants more writes to the shop
MOST_COPIES = 20
LONGEST_BLURB = 240
LONGEST_SLUG = 80


@dataclass(frozen=True, slots=True)
class Contributor:
    """A person or body who made the book, in a role of ONIX list 17; `key` ends their page's address."""

    role: str
    name: str
    key: str = ""
    biography: str = ""
    isni: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a book is about: a code of a scheme of ONIX list 27 (93 to 99 are Thema's parts, 10 is BISAC)."""

    code: str
    scheme: str = "93"


@dataclass(frozen=True, slots=True)
class Details:
    """What only the book's own page shows; texts are clean HTML, sizes millimetres and grams."""

    description: str = ""
    contents: str = ""
    keywords: str = ""
    edition: str = ""
    height_mm: int | None = None
    width_mm: int | None = None
    thickness_mm: int | None = None
    weight_g: int | None = None
    ages: str = ""
    is_fixed_price: bool = False
    safety_name: str = ""
    safety_address: str = ""
    safety_email: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    """One edition, known by its ISBN-13; a price of nothing means that it has none yet.

    `contributors`, `subjects` and `details` are there when one book was asked for.
    """

    isbn: str
    title: str
    subtitle: str
    byline: str
    form: str
    pages: int
    publisher: str
    published: str
    language: str
    blurb: str
    price: Money
    shelf: str
    left: int
    form_detail: str = ""
    publisher_key: str = ""
    imprint: str = ""
    series: str = ""
    series_number: str = ""
    series_key: str = ""
    work: str = ""
    supply: Supply = field(default_factory=Supply)
    cover: str = ""
    cover_width: int = 0
    cover_height: int = 0
    contributors: tuple[Contributor, ...] = ()
    subjects: tuple[Subject, ...] = ()
    details: Details = field(default_factory=Details)

    @property
    def picture(self) -> Picture | None:
        """The picture of its cover; without one the cover is drawn."""
        return picture_of(self.isbn, self.cover, self.cover_width, self.cover_height)

    def __hash__(self) -> int:
        return hash(self.isbn)

    @property
    def availability(self) -> Availability:
        """What may be bought of it now."""
        return find_availability(self.left, self.supply, datetime.now(UTC), MOST_COPIES if self.price else 0)

    @property
    def can_be_bought(self) -> bool:
        """Whether at least one copy is to be had."""
        return self.availability.can_be_bought

    @property
    def slug(self) -> str:
        """The title as the readable end of an address; may be empty."""
        return slug_of(self.title)


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


@lru_cache(maxsize=1000)
def write_isbns(isbn: str) -> tuple[str, ...]:
    """An ISBN-13 as it is printed in books, with hyphens; then the old ISBN-10 where there is one."""
    spelled: str = stdnum_isbn.format(isbn)
    if isbn.startswith("979"):
        return (spelled,)
    return spelled, stdnum_isbn.format(stdnum_isbn.to_isbn10(isbn))


@lru_cache(maxsize=10_000)
def slug_of(text: str) -> str:
    """A text as the readable end of an address; may be empty."""
    return "-".join(words(text))[:LONGEST_SLUG].strip("-")


def byline(people: Sequence[Contributor]) -> str:
    """Who the book is by, in a few words: its authors, or else its editors."""
    for role in (AUTHOR, EDITOR):
        if names := [person.name for person in people if person.role == role]:
            return " and ".join(", ".join(names).rsplit(", ", 1))
    return ""


def words(text: str) -> list[str]:
    """The words of a text in the form they are searched by: no case, no accents, no punctuation."""
    if text.isascii():
        return WORDS.findall(text.lower())
    # folded again, since compatibility forms such as № bring capitals of their own
    plain = unicodedata.normalize("NFKD", text.casefold()).casefold()
    return WORDS.findall(FOREIGN.sub(_without_marks, plain))


def _without_marks(found: re.Match[str]) -> str:
    return "".join(filterfalse(unicodedata.combining, found[0]))
