"""Limits what one network reserves without paying, so that no visitor can empty the shelves."""

from dataclasses import dataclass
from datetime import timedelta

from bookshop.orders.order import CancelReason
from bookshop.settings import Settings

# a refused order never reserved its books for longer than a request
UNPAID_REASONS = (
    CancelReason.EXPIRED,
    CancelReason.TOO_MANY_FAILURES,
    CancelReason.AT_STRIPE,
    CancelReason.REPLACED,
)


@dataclass(frozen=True, slots=True)
class UnpaidLimit:
    """How many unpaid orders a network may have, and how many copies they reserve.

    One order alone may have any number of copies: a school or a library that orders many is welcome. An
    abandoned order counts for `window` after it was placed. An order and those that it replaces count once,
    with the copies of the largest.
    """

    max_orders: int
    max_copies: int
    window: timedelta

    def allows(self, unpaid_orders: int, copies: int) -> bool:
        return unpaid_orders <= 1 or (unpaid_orders <= self.max_orders and copies <= self.max_copies)


def unpaid_limit(settings: Settings) -> UnpaidLimit:
    """Return the shop's limit.

    The window is about twice as long as one order can reserve books, so that no network holds them for ever.
    """
    window = 2 * settings.reservation_time + timedelta(hours=1)
    return UnpaidLimit(settings.max_unpaid_orders, settings.max_unpaid_copies, window)


class TooManyUnpaid(Exception):
    """The network has reserved too many books without paying for them."""
