"""The market that the shop sells in."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Market:
    """The country and currency for prices and rights, and the time zone in which sales start."""

    country: str
    currency: str
    timezone: str

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)
