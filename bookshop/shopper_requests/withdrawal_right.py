"""Who may withdraw from a contract, and until when.

The rule is the EU's Consumer Rights Directive (2011/83/EU), Articles 9 to 13. Where the shop does not know
a day it assumes the one that is best for the shopper. It offers the right for so long, and marks a later
request, but refuses none.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bookshop.addresses.eu_countries import is_any_in_eu
from bookshop.orders.order import Order, PaymentState
from bookshop.orders.progress import Progress
from bookshop.orders.receipt import MAX_TRAVEL

PERIOD = timedelta(days=14)
REFUND_DAYS = timedelta(days=14)
# a period that ends on a public holiday ends on the next working day; more than these seldom follow on
PUBLIC_HOLIDAYS = timedelta(days=4)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class WithdrawalRight:
    """The right of shoppers of a shop in this country and time zone."""

    country: str
    timezone: str

    def covers(self, order: Order) -> bool:
        """Return whether the shop, or the address that the parcel goes to, is in the EU."""
        address = (order.address.country,) if order.address else ()
        return is_any_in_eu((self.country, *address))

    def is_offered(self, order: Order, progress: Progress, now: datetime) -> bool:
        """Return whether a shopper has, or may still get, copies to withdraw from."""
        if order.payment is not PaymentState.PAID or not self.covers(order):
            return False
        has_copies = progress.open or progress.count("shipped", "collected")
        return bool(has_copies) and not self.is_late(progress, now)

    def is_late(self, progress: Progress, at: datetime) -> bool:
        """Return whether the period was over for certain."""
        end = self.find_end(progress)
        return end is not None and at >= end

    def find_end(self, progress: Progress) -> datetime | None:
        """Return when the period is over for certain; None while copies are still to come.

        It begins with the last copies. A parcel takes MAX_TRAVEL at most.
        """
        if progress.open:
            return None
        received = [at for at in (self._latest_arrival(progress), progress.collected_at) if at]
        if not received:
            return None
        zone = ZoneInfo(self.timezone)
        last_day = move_to_working_day(max(received).astimezone(zone).date() + PERIOD) + PUBLIC_HOLIDAYS
        return datetime.combine(last_day + timedelta(days=1), time(), zone)

    def _latest_arrival(self, progress: Progress) -> datetime | None:
        return progress.shipped_at + MAX_TRAVEL if progress.shipped_at else None

    def refund_due(self, received_at: datetime) -> date:
        """Return the day by which the money must be on its way back."""
        return received_at.astimezone(ZoneInfo(self.timezone)).date() + REFUND_DAYS


def move_to_working_day(day: date) -> date:
    """Return a day, or the Monday after it at a weekend: Regulation 1182/71, Article 3 (4)."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() >= SATURDAY else day
