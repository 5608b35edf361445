"""A book as its pages show it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bookshop.catalogue.book_row import BookDetails, BookRow
from bookshop.covers.picture import Picture, picture_of
from bookshop.money import Money
from bookshop.trade.availability import (
    Availability,
    AvailabilityKind,
    Supply,
    find_availability,
    find_availability_once_released,
)
from bookshop.trade.contributor_roles import AUTHOR, EDITOR
from bookshop.trade.subject_schemes import THEMA_CATEGORY
from bookshop.trade.text import slug_of

MAX_BLURB_CHARS = 240


@dataclass(frozen=True, slots=True)
class Contributor:
    """A maker of the book in a role of ONIX list 17; `key` ends the address of their page."""

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
class Book(BookRow):
    """A row of `books`, with its picture and the `available` and `reserved` copies in the shop.

    Only a book that was read on its own has its `contributors`, `subjects` and `details`.
    """

    cover_version: str = ""
    cover_width: int = 0
    cover_height: int = 0
    available: int = 0
    reserved: int = 0
    contributors: tuple[Contributor, ...] = ()
    subjects: tuple[Subject, ...] = ()
    details: BookDetails = field(default_factory=BookDetails)

    def __hash__(self) -> int:
        return hash(self.isbn)

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.currency)

    @property
    def picture(self) -> Picture | None:
        """The picture of its cover; without one the cover is drawn."""
        return picture_of(self.isbn, self.cover_version, self.cover_width, self.cover_height)

    @property
    def availability(self) -> Availability:
        """What can be bought of it now."""
        now, has_price = datetime.now(UTC), bool(self.price_minor)
        if self.on_sale is None or self.on_sale <= now:
            return find_availability_once_released(
                self.available,
                self.reserved,
                self.supply,
                self.expected,
                self.lead_days,
                may_sell=self.may_sell,
                has_price=has_price,
            )
        supply = Supply(
            self.supply, self.expected, self.lead_days, self.on_sale, self.preorders_from, self.may_sell
        )
        return find_availability(self.available, supply, now, has_price=has_price, reserved=self.reserved)

    @property
    def can_be_bought(self) -> bool:
        return self.availability.can_be_bought

    @property
    def is_on_shelf(self) -> bool:
        """Whether a copy can be bought that is in the shop."""
        return self.availability.kind is AvailabilityKind.SHELF

    @property
    def slug(self) -> str:
        """The title as the readable end of an address; may be empty."""
        return slug_of(self.title)


@dataclass(frozen=True, slots=True)
class Pick:
    """A book that a bookseller recommends, with a note signed `by` them."""

    book: Book
    note: str
    by: str


def byline(people: Sequence[Contributor]) -> str:
    """Return the names of a book's authors, or else of its editors, as one phrase."""
    for role in (AUTHOR, EDITOR):
        if names := [person.name for person in people if person.role == role]:
            *others, last = names
            return f"{', '.join(others)} and {last}" if others else last
    return ""
