"""The names in a text of one or more people, with the given names or the family name first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bookshop.importing.rules.person_roles import find_roles
from bookshop.trade.text import words

# within the name of one body they separate no names: "Faber and Faber"
BETWEEN_PEOPLE = re.compile(r"(\s+(?:and|und|et)\s+|\s*[&/]\s*)")
BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")
# of birth and death, as libraries add them
YEARS = re.compile(r"\(?(?:b\.|d\.|born|ca?\.)?\s*\d{4}\??\s*(?:[-–]\s*(?:\d{4}\??)?)?\)?\.?", re.IGNORECASE)
YEARS_AT_END = re.compile(r"\s+\(?\d{4}[-–](?:\d{4})?\)?\.?$")
# not after an initial or a short abbreviation
POINT_AT_END = re.compile(r"(?<=[^\W\d_]{3})\.$")
INITIALS = re.compile(r"\w\.?(?:-?\w\.)*")
# without points; those of LETTERS_AFTER only in capitals, since Ma and Md are names too
SUFFIXES = frozenset(words("jr sr ii iii iv phd dphil edd esq ltd inc llc gmbh"))
LETTERS_AFTER = frozenset(words("ma ba bsc msc mba md rn sj op osb mbe obe cbe kbe dbe frs qc kc"))
TITLES = frozenset(words("sir dame lord lady dr prof professor rev reverend"))
PARTICLES = frozenset(words("van von der den de la le du del della di da do dos das ter ten el al bin ibn"))
# in names of bodies: "Department of Health and Social Care"
BODY_WORDS = frozenset(("of", "for"))


@dataclass(slots=True)
class Person:
    """A name with what follows it, such as "Jr.", and roles."""

    name: str
    suffixes: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return ", ".join((self.name, *self.suffixes))


def people_in(text: str, *, is_one: bool) -> list[Person]:
    """Return the people in a text; `is_one` if two names with a comma are one person's."""
    if "," in text:
        text = BRACKETS.sub("", text)
    found: list[Person] = []
    for part in _split(text):
        found += _join_inverted(_read_parts(part), is_one=is_one)
    return [person for person in found if any(map(str.isalpha, person.name))]


def _split(text: str) -> list[str]:
    """Split at words such as "and" where a whole name stands before and after."""
    first, *others = BETWEEN_PEOPLE.split(text)
    parts = [first]
    for mark, part in zip(others[::2], others[1::2], strict=True):
        if _may_be_person(parts[-1]) and _may_be_person(part):
            parts.append(part)
        else:
            parts[-1] += mark + part
    return parts


def _may_be_person(text: str) -> bool:
    parts = text.split()
    return "," in text or (len(parts) > 1 and BODY_WORDS.isdisjoint(parts))


def _read_parts(text: str) -> list[Person]:
    """Return the parts between commas; suffixes, titles and roles belong to the part before."""
    found: list[Person] = []
    for part in map(str.strip, YEARS_AT_END.sub("", text).split(",")):
        plain = part.replace(".", "").replace(" ", "")
        if not part or YEARS.fullmatch(part):
            continue
        if not found:
            found.append(Person(POINT_AT_END.sub("", part)))
        elif plain.lower() in SUFFIXES or (plain.isupper() and plain.lower() in LETTERS_AFTER):
            found[-1].suffixes.append(part)
        elif plain.lower() in TITLES:
            found[-1].name = f"{part} {found[-1].name}"
        elif roles := find_roles(part):
            found[-1].roles += roles
        else:
            found.append(Person(POINT_AT_END.sub("", part)))
    return found


def _join_inverted(parts: Sequence[Person], *, is_one: bool) -> list[Person]:
    """Join family names with the given names after them.

    "Eliot, George" is one person, "Terry Pratchett, Neil Gaiman" are two.
    """
    pairs = list(zip(parts[::2], parts[1::2], strict=False))
    is_inverted = len(parts) % 2 == 0 and not any(_is_whole(a.name) and _is_whole(b.name) for a, b in pairs)
    if not is_inverted and not (is_one and len(parts) == 2):
        return list(parts)
    return [_join(family, given) for family, given in pairs]


def _join(family: Person, given: Person) -> Person:
    suffixes, roles = [*family.suffixes, *given.suffixes], [*family.roles, *given.roles]
    return Person(f"{given.name} {family.name}", suffixes, roles)


def _is_whole(name: str) -> bool:
    """Return whether a name is of two words besides initials and words such as "van"."""
    parts = (part for part in name.split() if part.lower() not in PARTICLES)
    return len([part for part in parts if not INITIALS.fullmatch(part)]) > 1
