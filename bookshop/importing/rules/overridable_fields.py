"""The fields of a book that a bookseller can override, and how their values are read."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bookshop.importing.rules.derived_book import DETAIL_FIELDS, DerivedBook
from bookshop.importing.rules.markup import sanitize
from bookshop.importing.rules.texts import shorten_to_blurb
from bookshop.onix.numbers import parse_whole
from bookshop.onix.text import normalize
from bookshop.trade.categories import CATEGORIES
from bookshop.trade.text import slug_of


def _parse_text(value: str) -> str:
    return sanitize({"text": value, "is_html": "<" in value})


def _parse_choice(value: str) -> bool | None:
    return {"0": False, "1": True}.get(value)


def _parse_category(value: str) -> str | None:
    return value if value in CATEGORIES else None


# by field, the function that reads a value and returns None for an invalid one
OVERRIDABLE_FIELDS: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(("title", "subtitle", "byline", "blurb", "publisher", "imprint"), normalize),
    **dict.fromkeys(("series", "series_number", "edition", "ages", "supplier"), normalize),
    **dict.fromkeys(("description", "contents"), _parse_text),
    **dict.fromkeys(("price_minor", "pages"), parse_whole),
    **dict.fromkeys(("is_listed", "may_sell", "is_fixed_price"), _parse_choice),
    "category": _parse_category,
}


def apply_overrides(book: DerivedBook, overrides: Mapping[str, str]) -> DerivedBook:
    """Set values over derived ones; invalid values and other fields are ignored."""
    parsed = {
        field: OVERRIDABLE_FIELDS[field](value)
        for field, value in overrides.items()
        if field in OVERRIDABLE_FIELDS
    }
    changes = {field: value for field, value in parsed.items() if value is not None}
    if "description" in changes and "blurb" not in changes:
        changes["blurb"] = shorten_to_blurb(changes["description"])
    for field, key in (("series", "series_key"), ("publisher", "publisher_key")):
        if field in changes:
            changes[key] = slug_of(changes[field])
    of_details = {field: changes.pop(field) for field in DETAIL_FIELDS if field in changes}
    return replace(book, details=replace(book.details, **of_details), **changes)
