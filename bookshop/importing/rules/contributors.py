"""The people and bodies who made a book."""

from collections.abc import Iterable

from bookshop.catalogue.book import Contributor
from bookshop.importing.rules.codes import ISNI_PATTERN, ROLE, code_or_empty
from bookshop.importing.rules.markup import sanitize
from bookshop.onix.contributors import RecordContributor
from bookshop.onix.markup import Text
from bookshop.trade.text import slug_of


def derive_contributors(
    people: Iterable[RecordContributor], lone_biography: Text | None
) -> tuple[Contributor, ...]:
    """Return a contributor for each person and role, with the biography at the first role.

    `lone_biography` is a text about the author; it is used when there is only one person.
    """
    found: dict[tuple[str, str], Contributor] = {}
    known = list(people)
    for person in known:
        key = slug_of(person["name"])
        biography = sanitize(person.get("biography") or (lone_biography if len(known) == 1 else None))
        for role in filter(ROLE.fullmatch, person["roles"]):
            if (key, role) not in found:
                isni = code_or_empty(ISNI_PATTERN, person.get("isni", ""))
                found[key, role] = Contributor(role, person["name"], key, biography, isni)
                biography = ""
    return tuple(found.values())
