"""The names of people in cells of a table."""

import re

from bookshop.onix.contributors import RecordContributor
from bookshop.onix.text import normalize
from bookshop.trade.contributor_roles import AUTHOR

BETWEEN_PEOPLE = re.compile(r"\s*[;|&/]\s*|\s+and\s+")
INITIALS = re.compile(r"\w\.?(?:-?\w\.)*")


def parse_people(text: str) -> list[RecordContributor]:
    """Return the names in a cell, given names first, whichever comes first in the cell."""
    people: list[str] = []
    for part in re.split(BETWEEN_PEOPLE, normalize(text)):
        names = [name.strip() for name in part.split(",") if name.strip()]
        # "Eliot, George" is one person, "Terry Pratchett, Neil Gaiman" are two
        is_inverted = len(names) == 2 and not all(map(_is_whole_name, names))
        people += [f"{names[1]} {names[0]}"] if is_inverted else names
    return [{"roles": [AUTHOR], "name": name} for name in dict.fromkeys(people)]


def _is_whole_name(name: str) -> bool:
    return len([part for part in name.split() if not INITIALS.fullmatch(part)]) > 1
