"""How long an unpaid order reserves its books."""

from datetime import UTC, datetime, timedelta

from bookshop.orders.order import Order

# enough to fill in a card; after a first attempt to pay, the order has the whole time of the shop's setting
TIME_TO_BEGIN = timedelta(minutes=10)


def reservation_end(order: Order, longest: timedelta) -> datetime:
    """Return until when an unpaid order reserves its books.

    `longest` is how long one does whose payment has begun. A changed order replaces the earlier one and has
    its own time to begin, but all orders in such a chain together reserve hardly longer than one.
    """
    time_to_begin = min(TIME_TO_BEGIN, longest)
    end = order.placed_at + time_to_begin
    first_end = (order.reserved_from or order.placed_at) + longest
    # a second attempt follows one that the shopper has begun, such as a hosted page
    if order.payment_began_at or order.attempt.version > 1:
        end = max(end, first_end)
    end = min(end, first_end + time_to_begin)
    # the hosted page cannot be made to close earlier
    return max(end, order.attempt.expires_at or end)


def find_pending_end(order: Order, longest: timedelta) -> datetime | None:
    """Return until when the books are reserved; None if that time is over."""
    end = reservation_end(order, longest)
    return end if end > datetime.now(UTC) else None
