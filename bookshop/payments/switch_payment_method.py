"""Switch an order between the card form and the hosted page.

The two are never open together: the old attempt is first marked as superseded in the database, then cancelled
at Stripe, and only then may the next one begin. After a crash in between, the next reconcile finishes it.
"""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.orders.attempt_store import begin_next_attempt, set_attempt
from bookshop.orders.order import Order, PaymentState
from bookshop.orders.payment_attempt import AttemptState, PaymentMethod
from bookshop.orders.payment_store import set_payment
from bookshop.orders.payment_update import PaymentUpdate
from bookshop.orders.store import lock_order
from bookshop.payments.apply_payment_update import apply_payment_update
from bookshop.payments.errors import ProviderUnavailable, UnknownPayment
from bookshop.payments.gateway import Gateway

# each further round means that another tab was quicker
MAX_ROUNDS = 4


async def switch_payment_method(
    database: Database, gateway: Gateway, order: Order, method: PaymentMethod
) -> Order:
    """Return the order with an attempt of this method; it may turn out to be paid instead.

    Another tab may finish the switch with the other method, so it is begun again. Raises PaymentError when
    Stripe does not respond or does not cancel the old attempt.
    """
    for _ in range(MAX_ROUNDS):
        order = await database.write(begin_switch, order, method)
        order = await cancel_superseded(database, gateway, order, method)
        is_switched = order.attempt.method is method and not order.attempt.is_superseded
        if is_switched or order.payment is not PaymentState.OPEN:
            return order
    raise ProviderUnavailable


def begin_switch(db: Connection, order: Order, method: PaymentMethod) -> Order:
    """Begin an attempt of this method, or supersede one that a browser may be paying."""
    locked = lock_order(db, order.id)
    is_open = locked.payment is PaymentState.OPEN and locked.attempt.state is AttemptState.CURRENT
    if not is_open or locked.attempt.method is method:
        return locked
    if not locked.attempt.payment_id:
        return begin_attempt(db, locked, method)
    superseded = replace(locked.attempt, state=AttemptState.SUPERSEDED)
    set_attempt(db, locked.id, superseded)
    return replace(locked, attempt=superseded)


def replace_attempt(db: Connection, order: Order, method: PaymentMethod) -> Order:
    """Begin another attempt, once, in place of one that no browser can pay."""
    locked = lock_order(db, order.id)
    if locked.attempt != order.attempt or locked.payment is not PaymentState.OPEN:
        return locked
    return begin_attempt(db, locked, method)


def begin_attempt(db: Connection, order: Order, method: PaymentMethod) -> Order:
    """Close the attempt of a locked order and begin the next one."""
    now = datetime.now(UTC)
    attempt = begin_next_attempt(db, order.id, order.attempt, method, now)
    began_at = order.payment_began_at or (now if attempt.is_hosted else None)
    begun = replace(order, attempt=attempt, intent_status="", failure="", payment_began_at=began_at)
    set_payment(db, begun)
    return begun


async def cancel_superseded(
    database: Database, gateway: Gateway, order: Order, method: PaymentMethod = PaymentMethod.CARD_FORM
) -> Order:
    """Cancel the superseded attempt at Stripe; raises PaymentError when Stripe does not respond."""
    if not order.attempt.is_superseded:
        return order
    try:
        update = await gateway.cancel_payment(order.attempt.payment_id)
    except UnknownPayment:
        update = None
    return await database.write(finish_switch, order, update, method)


def finish_switch(db: Connection, order: Order, update: PaymentUpdate | None, method: PaymentMethod) -> Order:
    """Begin the next attempt, or make the superseded one current again if it was used meanwhile."""
    locked = lock_order(db, order.id)
    if locked.attempt != order.attempt:
        return locked
    if update is None or update.status == "canceled":
        return begin_attempt(db, locked, method)
    set_attempt(db, order.id, replace(locked.attempt, state=AttemptState.CURRENT))
    return apply_payment_update(db, order.id, update)
