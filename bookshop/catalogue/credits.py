"""Who did what for a book, for its page."""

from collections.abc import Iterable
from dataclasses import dataclass

from bookshop.catalogue.book import Contributor
from bookshop.trade.contributor_roles import ContributorRole, find_role


@dataclass(frozen=True, slots=True)
class Credit:
    """The people who had the same role."""

    role: ContributorRole
    people: tuple[Contributor, ...]


def credits_of(people: Iterable[Contributor]) -> tuple[Credit, ...]:
    """Group people by role, the roles in the order in which the book names them."""
    groups: dict[ContributorRole, list[Contributor]] = {}
    for person in people:
        groups.setdefault(find_role(person.role), []).append(person)
    return tuple(Credit(role, tuple(members)) for role, members in groups.items())
