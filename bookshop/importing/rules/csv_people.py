"""The people in a cell of a table, with their roles."""

import re
from collections.abc import Iterator

from bookshop.importing.rules.person_name import Person, people_in
from bookshop.importing.rules.person_roles import find_roles, is_of_several, phrase_pattern, role_phrases
from bookshop.onix.contributors import RecordContributor
from bookshop.onix.text import normalize
from bookshop.trade.contributor_roles import AUTHOR

LINE_BREAKS = re.compile(r"\s*\n\s*")
BETWEEN_PEOPLE = re.compile(r"\s*[;|]\s*")
OTHERS = re.compile(r"[,;]?\s*(?:\bet\s+al\b\.?|(?:\band|&)\s+others\b|\bu\. ?a\.)", re.IGNORECASE)
BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]")
BY = re.compile(r"^by\s+", re.IGNORECASE)
# of all phrases before a name
LAST_WORDS = re.compile(r"\b(?:by|with) ", re.IGNORECASE)
FIRST_MARKS = re.compile(r"^(?:[\s,&/]|and )+")


def parse_people(text: str) -> list[RecordContributor]:
    """Return the people in a cell, given names first, each once with all roles."""
    parts = BETWEEN_PEOPLE.split(OTHERS.sub("", normalize(LINE_BREAKS.sub("; ", text))))
    roles_by_name: dict[str, dict[str, None]] = {}
    for part in parts:
        for group, phrase_roles in _split_at_phrases(BY.sub("", part)):
            for person in _list_people(group, is_one=len(parts) > 1):
                roles = person.roles or phrase_roles or [AUTHOR]
                roles_by_name.setdefault(str(person), {}).update(dict.fromkeys(roles))
    return [{"roles": list(roles), "name": name} for name, roles in roles_by_name.items()]


def _split_at_phrases(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield texts with the roles of the phrase before them, such as "illustrated by"."""
    roles: list[str] = []
    start = 0
    if not LAST_WORDS.search(text):
        yield text, roles
        return
    for found in phrase_pattern().finditer(text):
        yield text[start : found.start()], roles
        roles = role_phrases()[found["phrase"].lower()]
        start = found.end()
    yield text[start:], roles


def _list_people(text: str, *, is_one: bool) -> Iterator[Person]:
    """Yield people with the roles in brackets after them."""
    start = 0
    for found in BRACKETS.finditer(text):
        if roles := find_roles(found[1]):
            people = people_in(FIRST_MARKS.sub("", text[start : found.start()]), is_one=is_one)
            for person in people if is_of_several(found[1]) else people[-1:]:
                person.roles += roles
            yield from people
            start = found.end()
    yield from people_in(FIRST_MARKS.sub("", text[start:]), is_one=is_one)
