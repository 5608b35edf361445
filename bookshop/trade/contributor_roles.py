"""ONIX code list 17: what a person did for a book, such as write or translate it."""

from dataclasses import dataclass
from functools import cache

from bookshop.trade.code_lists import read_code_list

AUTHOR, EDITOR = "A01", "B01"


@dataclass(frozen=True, slots=True)
class ContributorRole:
    """A role.

    `phrase` stands before a name ("translated by"), `name` is the noun ("Translator").
    `schema_org` is the property of https://schema.org/Book that names such people.
    """

    phrase: str
    name: str
    schema_org: str = "contributor"


UNKNOWN_ROLE = ContributorRole("with", "Contributor")


@cache
def contributor_roles() -> dict[str, ContributorRole]:
    """Return the roles by code."""
    return {code: ContributorRole(**values) for code, values in read_code_list("contributor_roles").items()}


def find_role(code: str) -> ContributorRole:
    """Return the role of a code, or UNKNOWN_ROLE."""
    return contributor_roles().get(code, UNKNOWN_ROLE)
