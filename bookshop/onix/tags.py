"""How each element of ONIX is read, by the name that lxml gives it."""

from enum import IntEnum
from typing import TypeAlias

from bookshop.onix.elements import (
    COMPOSITES,
    DATES,
    FLAGS,
    REPEATED_COMPOSITES,
    REPEATED_VALUES,
    TEXTS,
    VALUE_ELEMENTS,
)

MESSAGE_TAGS = ("ONIXMessage", "ONIXmessage")
PRODUCT_TAGS = ("Product", "product")
HEADER_TAGS = ("Header", "header")


class ElementKind(IntEnum):
    """What an element holds."""

    VALUE = 0
    REPEATED_COMPOSITE = 1
    DATE = 2
    REPEATED_VALUE = 3
    COMPOSITE = 4
    FLAG = 5
    TEXT = 6


# by qualified name, as lxml spells it: the kind, and the key in a node
Tags: TypeAlias = dict[str, tuple[ElementKind, str]]


def tags_in(namespace: str) -> Tags:
    """Return the elements by their qualified names in this namespace, or in none ('')."""
    prefix = f"{{{namespace}}}" if namespace else ""
    return {prefix + name: entry for name, entry in _TAGS.items()}


def _list_tags() -> Tags:
    """List every element under its reference name and its short name."""
    tables = (
        (VALUE_ELEMENTS, ElementKind.VALUE),
        (REPEATED_VALUES, ElementKind.REPEATED_VALUE),
        (DATES, ElementKind.DATE),
        (FLAGS, ElementKind.FLAG),
        (TEXTS, ElementKind.TEXT),
        (_with_short_names(REPEATED_COMPOSITES), ElementKind.REPEATED_COMPOSITE),
        (_with_short_names(COMPOSITES), ElementKind.COMPOSITE),
    )
    return {
        name: (kind, key)
        for table, kind in tables
        for reference, short, key in table
        for name in (reference, short)
    }


def _with_short_names(composites: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str, str], ...]:
    """Add the short name of a composite, which is its reference name in small letters."""
    return tuple((name, name.lower(), key) for name, key in composites)


_TAGS = _list_tags()
