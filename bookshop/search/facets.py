"""The facets of a search as links: what a shopper can narrow it to, and what it is narrowed to already."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bookshop.money import Money
from bookshop.search.query import (
    AVAILABILITIES,
    PRICE_BANDS,
    Filters,
    facet,
)
from bookshop.trade.categories import CATEGORIES
from bookshop.trade.product_forms import FORM_GROUPS
from bookshop.web.formatting import language_name

# by the field of Filters; each with the first letter of its facets, and with what all of them are called
KINDS = {
    "subject": ("s", "Subject", "All subjects"),
    "form": ("f", "Format", "All formats"),
    "availability": ("v", "Availability", "However it comes"),
    "language": ("l", "Language", "All languages"),
    "price": ("p", "Price", "Any price"),
}
MOST_LANGUAGES = 12
THEMA_CODE, LANGUAGE_CODE = re.compile(r"[A-Z1-6][A-Z0-9-]{,15}"), re.compile(r"[a-z]{3}")


@dataclass(frozen=True, slots=True)
class Choice:
    """A link that narrows: the filters it leads to, and how many books there are, None if nobody counted."""

    name: str
    filters: Filters
    books: int | None = None
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The choices of one kind."""

    name: str
    choices: tuple[Choice, ...]


def clean(filters: Filters) -> Filters:
    """The filters that a page can show; what is none of ours is dropped, so that no link passes it on."""
    known: dict[str, Collection[str]] = {
        "form": FORM_GROUPS,
        "availability": AVAILABILITIES,
        "price": PRICE_BANDS,
    }
    kept = {name: value for name, values in known.items() if (value := getattr(filters, name)) in values}
    subject = filters.subject if filters.subject in CATEGORIES else filters.subject.upper()
    language = filters.language.lower()
    if subject in CATEGORIES or (
        len(subject) <= 16 and subject.replace("-", "").isalnum() and subject.isascii()
    ):
        kept["subject"] = subject
    if LANGUAGE_CODE.fullmatch(language):
        kept["language"] = language
    return Filters(**kept)


def arguments(filters: Filters) -> dict[str, Any]:
    """The filters as the arguments of an address: always in one order, and none that is empty."""
    return {name: value for name in KINDS if (value := getattr(filters, name))}


def group_choices(
    filters: Filters, found: Mapping[str, int | None], count: int, currency: str, subject: str
) -> tuple[Group, ...]:
    """What `count` books can be narrowed to, by kind; `subject` is what the chosen one is called."""
    groups = (_group(kind, filters, found, currency, subject) for kind in KINDS)
    return tuple(group for group in groups if _narrows(group, count))


def _narrows(group: Group, count: int) -> bool:
    """Whether a group has a choice that is made already, or one that leaves fewer books."""
    return any(choice.is_chosen or choice.books != count for choice in group.choices[1:])


def chosen(filters: Filters, currency: str, subject: str) -> tuple[Choice, ...]:
    """What is narrowed already, each with the filters without it."""
    return tuple(
        Choice(_name(kind, value, currency, subject), replace(filters, **{kind: ""}), is_chosen=True)
        for kind, value in arguments(filters).items()
    )


def _group(
    kind: str, filters: Filters, found: Mapping[str, int | None], currency: str, subject: str
) -> Group:
    _, title, everything = KINDS[kind]
    value = getattr(filters, kind)
    every = Choice(everything, replace(filters, **{kind: ""}), is_chosen=not value)
    if value:
        here = Choice(_name(kind, value, currency, subject), filters, is_chosen=True)
        return Group(title, (every, here))
    choices = (
        Choice(_name(kind, one, currency, ""), replace(filters, **{kind: one}), books)
        for one, books in _values(kind, found)
    )
    return Group(title, (every, *choices))


def _values(kind: str, found: Mapping[str, int | None]) -> Iterator[tuple[str, int | None]]:
    """The values of a kind that some book has, in the order of the page."""
    letter = KINDS[kind][0]
    ordered: dict[str, Iterable[str]] = {
        "subject": CATEGORIES,
        "form": FORM_GROUPS,
        "availability": AVAILABILITIES,
        "price": PRICE_BANDS,
        "language": _languages(found),
    }
    for value in ordered[kind]:
        if (token := facet(letter, value)) in found:
            yield value, found[token]


def _languages(found: Mapping[str, int | None]) -> list[str]:
    """The languages, those of most books first."""
    codes = [token[2:] for token in found if token.startswith("l_")]
    by_size = sorted(codes, key=lambda code: (-(found[facet("l", code)] or 0), language_name(code)))
    return by_size[:MOST_LANGUAGES]


def _name(kind: str, value: str, currency: str, subject: str) -> str:
    names: dict[str, Callable[[str], str]] = {
        "subject": lambda slug: CATEGORIES[slug].name if slug in CATEGORIES else subject or slug,
        "form": FORM_GROUPS.__getitem__,
        "availability": AVAILABILITIES.__getitem__,
        "language": language_name,
        "price": lambda band: _band_name(band, currency),
    }
    return names[kind](value)


def _band_name(band: str, currency: str) -> str:
    lowest, limit = PRICE_BANDS[band]
    if limit is None:
        return f"{Money(lowest, currency)} and more"
    if lowest <= 1:
        return f"Under {Money(limit, currency)}"
    return f"{Money(lowest, currency)} to {Money(limit - 1, currency)}"
