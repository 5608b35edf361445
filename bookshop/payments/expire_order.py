"""Cancel an order whose reservation has ended, or on which cards are tried out."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bookshop.database import Database
from bookshop.money import Money
from bookshop.orders.order import CancelReason, Order, PaymentState
from bookshop.orders.payment_update import PaymentUpdate
from bookshop.orders.reservation import reservation_end
from bookshop.payments.apply_payment_update import apply_payment_update
from bookshop.payments.cancel_order import cancel_unpaid
from bookshop.payments.errors import UnknownPayment
from bookshop.payments.event_store import count_failures
from bookshop.payments.gateway import Gateway
from bookshop.payments.reconcile import refresh_payment


@dataclass(frozen=True, slots=True)
class ExpiryPolicy:
    """When an unpaid order is cancelled: after which time, and after how many failed payments.

    `is_live` is whether Stripe's keys are live, so that real money is at stake.
    """

    reservation: timedelta
    max_failures: int
    is_live: bool

    def is_over(self, order: Order) -> bool:
        """Whether the order's reservation has ended."""
        return reservation_end(order, self.reservation) <= datetime.now(UTC)


async def expire_or_refresh(
    database: Database, gateway: Gateway, policy: ExpiryPolicy, order: Order
) -> Order:
    """Cancel an order that was abandoned or on which cards are tried out; refresh any other."""
    if order.payment is not PaymentState.OPEN:
        return await refresh_payment(database, gateway, order)
    if await database.read(count_failures, order.id) >= policy.max_failures:
        return await cancel_unpaid(database, gateway, order, CancelReason.TOO_MANY_FAILURES)
    if not policy.is_over(order):
        return await refresh_payment(database, gateway, order)
    return await expire(database, gateway, policy, order)


async def expire(database: Database, gateway: Gateway, policy: ExpiryPolicy, order: Order) -> Order:
    """Cancel an abandoned order; with test keys, also one whose payment Stripe does not know."""
    try:
        if not order.payment_began_at:
            # Stripe may know of an attempt to pay that the shop has not read yet
            order = await refresh_payment(database, gateway, order)
        if order.payment is not PaymentState.OPEN or not policy.is_over(order):
            return order
        return await cancel_unpaid(database, gateway, order, CancelReason.EXPIRED)
    except UnknownPayment:
        # with live keys a person must find out why; a test account was only emptied
        if policy.is_live:
            raise
        update = cancellation_of(order)
        return await database.write(apply_payment_update, order.id, update, CancelReason.EXPIRED)


def cancellation_of(order: Order) -> PaymentUpdate:
    """Return the update of a payment that can never be made."""
    nothing, attempt = Money(0, order.total.currency), order.attempt
    return PaymentUpdate(
        attempt.intent_id, "canceled", order.total, nothing, order.id, session_id=attempt.session_id
    )
