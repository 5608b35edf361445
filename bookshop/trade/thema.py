"""Thema, the subject tree of the trade: a code is below every code that it begins with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from bookshop.trade.code_lists import read_code_list

MAX_THEMA_CODE_CHARS = 16


@dataclass(frozen=True, slots=True)
class Heading:
    """A code of the tree with its name."""

    code: str
    name: str


@cache
def thema_headings() -> dict[str, str]:
    """Return the names of sections, of their children, and of a general bookshop's subjects.

    https://ns.editeur.org/thema/en has all of Thema; feeds name the codes that are not here.
    """
    headings: dict[str, str] = read_code_list("thema_headings")
    return headings


def ancestors(code: str) -> tuple[str, ...]:
    """Return every code that this one is below, the most general first, and the code."""
    return tuple(code[:length] for length in range(1, len(code) + 1))


def heading_name(code: str, feed_headings: Mapping[str, str]) -> str | None:
    """Return the name of a code: our own, or else that of a feed, which may be in any language."""
    return thema_headings().get(code) or feed_headings.get(code)


def breadcrumb(code: str, feed_headings: Mapping[str, str]) -> tuple[Heading, ...]:
    """Return the headings from the section down to the code, as far as they have names."""
    steps = ((ancestor, heading_name(ancestor, feed_headings)) for ancestor in ancestors(code))
    return tuple(Heading(ancestor, name) for ancestor, name in steps if name)


def closest(codes: Iterable[str], feed_headings: Mapping[str, str]) -> tuple[Heading, ...]:
    """Return the heading of each code, or else that of its closest ancestor, each once."""
    breadcrumbs = (breadcrumb(code, feed_headings) for code in codes)
    return tuple(dict.fromkeys(headings[-1] for headings in breadcrumbs if headings))


def children(code: str, codes: Iterable[str], feed_headings: Mapping[str, str]) -> tuple[Heading, ...]:
    """Return the children of a code among `codes`; those of a nameless child replace it."""
    descendants = (other for other in codes if other != code and other.startswith(code))
    named = [Heading(other, name) for other in descendants if (name := heading_name(other, feed_headings))]
    highest: list[Heading] = []
    for heading in sorted(named, key=lambda heading: (len(heading.code), heading.code)):
        if not any(heading.code.startswith(other.code) for other in highest):
            highest.append(heading)
    return tuple(highest)
