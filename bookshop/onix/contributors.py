"""The people and organisations that made the product."""

from collections.abc import Iterable
from typing import TypedDict

from bookshop.onix.markup import Text
from bookshop.onix.nodes import Node, sequence_of
from bookshop.onix.titles import join_name

# ONIX code list 44
ISNI_TYPE = "16"
# ONIX code list 19, as far as a page can show it
UNNAMED_PERSONS = {"02": "Anonymous", "04": "Various"}
NAME_PARTS = ("titles_before", "before_key", "prefix_to_key", "key_names", "after_key", "suffix_to_key")
AFTER_NAME_PARTS = ("letters_after", "titles_after")


class RecordContributor(TypedDict, total=False):
    """A contributor in roles of list 17."""

    roles: list[str]
    name: str
    isni: str
    biography: Text


def read_contributors(contributors: Iterable[Node]) -> list[Node]:
    """Return the contributors that have a name and a role, in the sender's order."""
    found = []
    for contributor in sorted(contributors, key=sequence_of):
        if (name := _read_name(contributor)) and "roles" in contributor:
            one = {"roles": contributor["roles"], "name": name}
            if isni := _find_isni(contributor.get("identifiers", ())):
                one["isni"] = isni
            if "biography" in contributor:
                one["biography"] = contributor["biography"]
            found.append(one)
    return found


def _read_name(contributor: Node) -> str:
    """Return the name in spoken order."""
    if name := contributor.get("name"):
        return str(name)
    if "key_names" in contributor:
        name = join_name(contributor[part] for part in NAME_PARTS if part in contributor)
        return ", ".join((name, *(contributor[part] for part in AFTER_NAME_PARTS if part in contributor)))
    for inverted in ("inverted", "corporate_inverted"):
        if inverted in contributor and "corporate" not in contributor:
            return _uninvert(contributor[inverted])
    return str(contributor.get("corporate") or UNNAMED_PERSONS.get(contributor.get("unnamed", ""), ""))


def _uninvert(inverted: str) -> str:
    """Return "King, Martin Luther, Jr." as Martin Luther King, Jr."""
    key, *others = (part.strip() for part in inverted.split(","))
    if not others:
        return key
    return ", ".join(filter(None, (f"{others[0]} {key}".strip(), *others[1:])))


def _find_isni(identifiers: Iterable[Node]) -> str:
    for identifier in identifiers:
        if identifier.get("type") == ISNI_TYPE:
            return str(identifier.get("value", "")).replace(" ", "")
    return ""
