"""The choices of facet values on the search page."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from bookshop.search.facet import Facet
from bookshop.search.filters import PAGE_FACETS, Filters
from bookshop.search.price_band import PRICE_BANDS
from bookshop.trade.availability import AvailabilityKind
from bookshop.trade.categories import CATEGORIES
from bookshop.trade.product_forms import FORM_GROUPS
from bookshop.web.formatting import language_name

MAX_LANGUAGES = 12
AVAILABILITY_NAMES = {
    AvailabilityKind.SHELF: "On our shelves",
    AvailabilityKind.ORDER: "Available to order",
    AvailabilityKind.PREORDER: "Pre-order",
    AvailabilityKind.NONE: "Not available",
}
# of the group, and of the choice that removes the filter
GROUP_NAMES = {
    "subject": ("Subject", "All subjects"),
    "form": ("Format", "All formats"),
    "availability": ("Availability", "Any availability"),
    "language": ("Language", "All languages"),
    "price": ("Price", "Any price"),
}


@dataclass(frozen=True, slots=True)
class FacetChoice:
    """A link to results with other filters; `books` is None if they were not counted."""

    name: str
    filters: Filters
    books: int | None = None
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """The choices of one facet; the first removes its filter."""

    name: str
    choices: tuple[FacetChoice, ...]

    def is_useful(self, book_count: int) -> bool:
        """Return whether a value is chosen, which has no number, or one leaves fewer than all books."""
        return any(choice.books != book_count for choice in self.choices[1:])


@dataclass(frozen=True, slots=True)
class ValueNames:
    """The names of facet values; `subject_name` is that of the chosen subject."""

    currency: str
    subject_name: str = ""

    def name_of(self, field: str, value: str) -> str:
        """Return the name that shoppers read."""
        names: dict[str, Callable[[str], str]] = {
            "subject": self._subject,
            "form": FORM_GROUPS.__getitem__,
            "availability": lambda kind: AVAILABILITY_NAMES[AvailabilityKind(kind)],
            "language": language_name,
            "price": lambda band: PRICE_BANDS[band].label(self.currency),
        }
        return names[field](value)

    def _subject(self, subject: str) -> str:
        return CATEGORIES[subject].name if subject in CATEGORIES else self.subject_name or subject


def facet_groups(
    filters: Filters, counts: Mapping[str, int | None], book_count: int, names: ValueNames
) -> tuple[FacetGroup, ...]:
    """Return the choices that filter `book_count` results, whose facet tokens have these counts."""
    groups = (_facet_group(field, filters, counts, names) for field in PAGE_FACETS)
    return tuple(group for group in groups if group.is_useful(book_count))


def _facet_group(
    field: str, filters: Filters, counts: Mapping[str, int | None], names: ValueNames
) -> FacetGroup:
    group_name, any_value = GROUP_NAMES[field]
    chosen = getattr(filters, field)
    remove = FacetChoice(any_value, replace(filters, **{field: ""}), is_chosen=not chosen)
    if chosen:
        return FacetGroup(
            group_name, (remove, FacetChoice(names.name_of(field, chosen), filters, is_chosen=True))
        )
    choices = (
        FacetChoice(names.name_of(field, value), replace(filters, **{field: value}), books)
        for value, books in _counted_values(PAGE_FACETS[field], counts)
    )
    return FacetGroup(group_name, (remove, *choices))


def _counted_values(facet: Facet, counts: Mapping[str, int | None]) -> Iterator[tuple[str, int | None]]:
    """Return the values that some results have, in the order of the page."""
    for value in _languages(counts) if facet is Facet.LANGUAGE else facet.values:
        if (token := facet.token(value)) in counts:
            yield value, counts[token]


def _languages(counts: Mapping[str, int | None]) -> list[str]:
    """Return the languages with most books, the largest first."""
    books = {
        Facet.LANGUAGE.value_of(token): n or 0 for token, n in counts.items() if Facet.LANGUAGE.owns(token)
    }
    return sorted(books, key=lambda code: (-books[code], language_name(code)))[:MAX_LANGUAGES]


def chosen_filters(filters: Filters, names: ValueNames) -> tuple[FacetChoice, ...]:
    """Return each filter that is set, with the filters that remain without it."""
    return tuple(
        FacetChoice(names.name_of(field, value), replace(filters, **{field: ""}), is_chosen=True)
        for field, value in filters.arguments.items()
    )
