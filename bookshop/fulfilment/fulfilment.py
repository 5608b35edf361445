"""What has happened to an order after its payment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bookshop.fulfilment.copies import OPEN_STATES, LineCopies, count_copies
from bookshop.fulfilment.timeline import Entry

# of the carrier's name and of the tracking number
MAX_TRACKING_CHARS = 200


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel that was sent, with its copies by ISBN.

    Carrier and tracking number may be empty.
    """

    number: int
    carrier: str
    tracking: str
    shipped_at: datetime
    copies: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """Where the copies of an order are, its parcels, and what was done with it, the first first."""

    copies: tuple[LineCopies, ...] = ()
    parcels: tuple[Parcel, ...] = ()
    entries: tuple[Entry, ...] = ()

    @property
    def version(self) -> int:
        """The order's version, which every action names."""
        return self.entries[-1].version if self.entries else 0

    @property
    def is_open(self) -> bool:
        """Whether there is something left to do."""
        return count_copies(self.copies, *OPEN_STATES) > 0
