"""A book as it is derived from records and overrides, and as it is stored."""

from dataclasses import KW_ONLY, dataclass, fields
from typing import NamedTuple

from bookshop.catalogue.book import Contributor, Subject
from bookshop.catalogue.book_row import BookDetails, BookRow
from bookshop.onix.collateral import CoverResource

ROW_FIELDS = tuple(field.name for field in fields(BookRow))
DETAIL_FIELDS = tuple(field.name for field in fields(BookDetails))
PART_FIELDS = ("contributors", "subjects", "related")


class RelatedIsbn(NamedTuple):
    """Another product and its relation to this one, a code of ONIX list 51."""

    code: str
    isbn: str


class SubjectHeading(NamedTuple):
    """The text that a sender gives for a subject code."""

    scheme: str
    code: str
    heading: str


@dataclass(frozen=True, slots=True)
class DerivedBook(BookRow):
    """A row of `books` with its details and parts.

    `headings` and covers are stored apart from the book, and are not loaded with it. `hidden_covers` are
    links to pictures that must not be shown now, `price_problem` is why the price that was sent cannot be
    used.
    """

    _: KW_ONLY
    details: BookDetails
    contributors: tuple[Contributor, ...] = ()
    subjects: tuple[Subject, ...] = ()
    related: tuple[RelatedIsbn, ...] = ()
    headings: tuple[SubjectHeading, ...] = ()
    covers: tuple[CoverResource, ...] = ()
    hidden_covers: frozenset[str] = frozenset()
    price_problem: str = ""

    @property
    def is_unpriced(self) -> bool:
        """Whether it is listed without a price."""
        return self.is_listed and not self.price_minor


def changed_fields(new: DerivedBook, before: DerivedBook) -> tuple[str, ...]:
    """Return the names of the fields in which two states of a book differ."""
    return (
        *_differing(new, before, ROW_FIELDS),
        *_differing(new.details, before.details, DETAIL_FIELDS),
        *_differing(new, before, PART_FIELDS),
    )


def _differing(new: object, before: object, names: tuple[str, ...]) -> list[str]:
    return [name for name in names if getattr(new, name) != getattr(before, name)]
