"""Switch an order between the card form and the hosted page.

The two are never open together: the old payment is first marked as superseded in the database, then cancelled
at Stripe, and only then may a new one be opened. After a crash in between, the next reconcile finishes it.
"""

from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.orders.order import Order
from bookshop.orders.payment_store import (
    clear_superseded_intent,
    restore_superseded_intent,
    supersede_intent,
)
from bookshop.orders.payment_update import PaymentUpdate
from bookshop.orders.store import lock_order
from bookshop.payments.apply_payment_update import apply_payment_update
from bookshop.payments.errors import UnknownPayment
from bookshop.payments.gateway import Gateway


async def switch_payment_method(database: Database, gateway: Gateway, order: Order) -> Order:
    """Cancel the order's open payment to make room for another; it may turn out to be paid."""
    return await cancel_old_method(database, gateway, await database.write(begin_switch, order))


def begin_switch(db: Connection, order: Order) -> Order:
    """Mark the open payment as superseded, unless another request has done so."""
    supersede_intent(db, order)
    return lock_order(db, order.id)


async def cancel_old_method(database: Database, gateway: Gateway, order: Order) -> Order:
    """Cancel the superseded payment at Stripe; raises PaymentError when Stripe does not respond."""
    if not order.superseded_intent_id:
        return order
    try:
        update = await gateway.cancel_payment(order.superseded_intent_id)
    except UnknownPayment:
        update = None
    return await database.write(finish_switch, order, update)


def finish_switch(db: Connection, order: Order, update: PaymentUpdate | None) -> Order:
    """Clear the cancelled payment, or make it the open one again when it was used meanwhile."""
    if update is None or update.status == "canceled":
        clear_superseded_intent(db, order)
        return lock_order(db, order.id)
    restore_superseded_intent(db, order)
    return apply_payment_update(db, order.id, update)
