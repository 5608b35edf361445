"""Bring an order of the backup in line with the payment that has paid it since."""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.orders.attempt_store import begin_next_attempt, set_attempt
from bookshop.orders.order import Order
from bookshop.orders.payment_attempt import PaymentAttempt, PaymentMethod
from bookshop.orders.payment_update import PaymentUpdate
from bookshop.orders.store import lock_order
from bookshop.payments.apply_payment_update import apply_payment_update
from bookshop.payments.gateway import Gateway
from bookshop.payments.reconcile import refresh_payment


async def bring_in_line(database: Database, gateway: Gateway, order: Order, paid_by: str) -> Order:
    """Apply the payment `paid_by`, or what has become of the order's own; raises PaymentError."""
    if paid_by and not await is_own_payment(gateway, order, paid_by):
        update = (await gateway.read_payment(paid_by)).update
        return await database.write(adopt_payment, order.id, update)
    return await refresh_payment(database, gateway, order)


async def is_own_payment(gateway: Gateway, order: Order, intent_id: str) -> bool:
    """Return whether an intent is of the order's attempt; a session alone knows its intent."""
    return await find_intent(gateway, order.attempt) == intent_id


async def find_intent(gateway: Gateway, attempt: PaymentAttempt) -> str:
    """Return the intent of an attempt; raises PaymentError."""
    if not attempt.session_id:
        return attempt.intent_id
    return (await gateway.read_payment(attempt.session_id)).update.intent_id


def adopt_payment(db: Connection, order_id: str, update: PaymentUpdate) -> Order:
    """Let a payment that began after the backup be the order's own.

    The earlier one was cancelled before it began.
    """
    order = lock_order(db, order_id)
    if order.is_final:
        return order
    attempt = begin_next_attempt(db, order_id, order.attempt, PaymentMethod.CARD_FORM, datetime.now(UTC))
    set_attempt(db, order_id, replace(attempt, intent_id=update.intent_id))
    return apply_payment_update(db, order_id, update)
