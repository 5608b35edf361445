"""A member of staff, and what each role may do."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

MAX_NAME_CHARS = 60


class Role(StrEnum):
    """Sellers work on orders, books, stock and files; owners do everything."""

    OWNER = "owner"
    SELLER = "seller"


@dataclass(frozen=True, slots=True)
class Member:
    """A member of staff."""

    id: str
    name: str
    role: Role
    has_shortcuts: bool = False

    @property
    def is_owner(self) -> bool:
        return self.role is Role.OWNER


def name_key(name: str) -> str:
    """Return a name as names are compared: no two members of staff share one."""
    # PostgreSQL compares no text with null characters; no name is longer
    plain = name[: 2 * MAX_NAME_CHARS].replace("\0", "")
    return " ".join(unicodedata.normalize("NFKC", plain).casefold().split())


def find_name_error(name: str) -> str:
    """Return why a name is refused; empty if it is not."""
    if not name_key(name):
        return "empty"
    if len(name) > MAX_NAME_CHARS:
        return "long"
    return "" if name.isprintable() else "odd"
