"""A book as the trade describes it, and what a shopper may do with it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bookshop.covers.picture import Picture, picture_of
from bookshop.money import Money
from bookshop.trade.availability import MAX_COPIES, Availability, Supply, find_availability
from bookshop.trade.contributor_roles import AUTHOR, EDITOR
from bookshop.trade.subject_schemes import THEMA_CATEGORY
from bookshop.trade.text import slug_of

LONGEST_BLURB = 240


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
    """What a book is about: a code of a scheme of ONIX list 27."""

    code: str
    scheme: str = THEMA_CATEGORY


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
    category: str
    available: int
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
        return find_availability(
            self.available, self.supply, datetime.now(UTC), MAX_COPIES if self.price else 0
        )

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


def byline(people: Sequence[Contributor]) -> str:
    """Who the book is by, in a few words: its authors, or else its editors."""
    for role in (AUTHOR, EDITOR):
        if names := [person.name for person in people if person.role == role]:
            return " and ".join(", ".join(names).rsplit(", ", 1))
    return ""
