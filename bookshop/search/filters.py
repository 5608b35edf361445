"""Filters: the facet values that results must have."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields

from bookshop.search.facet import Facet
from bookshop.trade.categories import CATEGORIES

# in the order of the search page's addresses; a subject may also be a Thema code
PAGE_FACETS = {
    "subject": Facet.CATEGORY,
    "form": Facet.FORM,
    "availability": Facet.AVAILABILITY,
    "language": Facet.LANGUAGE,
    "price": Facet.PRICE,
}
OTHER_FACETS = {
    "person": Facet.CONTRIBUTOR,
    "series": Facet.SERIES,
    "publisher": Facet.PUBLISHER,
}
THEMA_CODE = re.compile(r"(?=.*[A-Z0-9])[A-Z0-9-]{,16}", re.ASCII)
LANGUAGE_CODE = re.compile(r"[a-z]{3}")


@dataclass(frozen=True, slots=True)
class Filters:
    """The value that each facet must have; empty where any value will do.

    `subject` is the slug of a category, or a Thema code, which includes its descendants.
    """

    subject: str = ""
    form: str = ""
    availability: str = ""
    language: str = ""
    price: str = ""
    person: str = ""
    series: str = ""
    publisher: str = ""

    @classmethod
    def from_args(cls, args: Mapping[str, str]) -> "Filters":
        """Return the filters of an address; other arguments are ignored."""
        return cls(**{field.name: args.get(field.name, "").strip() for field in fields(cls)})

    @property
    def tokens(self) -> tuple[str, ...]:
        """Return the tokens that every result must have, sorted."""
        facets = {**PAGE_FACETS, **OTHER_FACETS}
        if self.subject not in CATEGORIES:
            facets["subject"] = Facet.SUBJECT
        values = ((facet, getattr(self, name)) for name, facet in facets.items())
        return tuple(sorted(facet.token(value) for facet, value in values if value))

    @property
    def arguments(self) -> dict[str, str]:
        """Return the arguments of a search page's address, in a fixed order and without empty ones."""
        return {name: value for name in PAGE_FACETS if (value := getattr(self, name))}


def valid_filters(filters: Filters) -> Filters:
    """Return the valid filters of the search page, so that no link repeats another."""
    valid = {
        name: value
        for name, facet in PAGE_FACETS.items()
        if (value := getattr(filters, name)) in facet.values
    }
    if "subject" not in valid and THEMA_CODE.fullmatch(code := filters.subject.upper()):
        valid["subject"] = code
    if LANGUAGE_CODE.fullmatch(language := filters.language.lower()):
        valid["language"] = language
    return Filters(**valid)
