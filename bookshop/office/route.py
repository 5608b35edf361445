"""A route of the office: its address, its view, and who may use it.

Views are named, and imported at their first request: a worker that never serves the office stays small.
"""

from enum import StrEnum
from typing import NamedTuple


class Access(StrEnum):
    """Who may use an address; PROVED asks again who it is after some minutes."""

    OPEN = "open"
    SELLER = "seller"
    SELLER_PROVED = "seller_proved"
    OWNER = "owner"
    OWNER_PROVED = "owner_proved"

    @property
    def needs_owner(self) -> bool:
        return self in (Access.OWNER, Access.OWNER_PROVED)

    @property
    def needs_proof(self) -> bool:
        return self in (Access.SELLER_PROVED, Access.OWNER_PROVED)


class Route(NamedTuple):
    """A path below /office, and its view below `bookshop.office`, such as "work.routes.today"."""

    path: str
    view: str
    method: str = "GET"
    access: Access = Access.SELLER
