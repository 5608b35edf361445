"""Bring an order in line with its payment at Stripe: the one entry point of all that changes a payment."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from bookshop.catalogue.stock import release_stock, sell_stock
from bookshop.database import Database
from bookshop.orders.order import Order, Payment
from bookshop.orders.payment_store import (
    claim_refresh,
    clear_superseded_intent,
    restore_superseded_intent,
    set_payment,
    supersede_intent,
    take_number,
)
from bookshop.orders.payment_update import PaymentUpdate, merge
from bookshop.orders.store import find_order, lock_order
from bookshop.payments.gateway import Gateway, PaymentError, UnknownPayment

PAUSE = timedelta(seconds=2)
NO_PAUSE = timedelta()


class Reconciled(NamedTuple):
    """An order, and whether the provider said just now that it is so."""

    order: Order
    is_fresh: bool


async def reconcile(
    database: Database,
    gateway: Gateway,
    order: Order,
    pause: timedelta = PAUSE,
    may_ask: Callable[[], bool] = lambda: True,
) -> Reconciled:
    """Ask the provider what became of the payment, and make the order say the same.

    However many shoppers poll, one question is asked in each pause, and none while this process may not ask;
    the others get what the shop knows.
    """
    now = datetime.now(UTC)
    if order.is_final or not (order.intent_id or order.superseded_intent_id):
        return Reconciled(order, is_fresh=True)
    if now - order.refreshed_at < pause or not may_ask():
        return Reconciled(order, is_fresh=False)
    if not await database.write(claim_refresh, order.id, now, pause):
        known = await database.read(find_order, order.token)
        return Reconciled(known or order, is_fresh=False)
    try:
        return Reconciled(await refresh_payment(database, gateway, order), is_fresh=True)
    except PaymentError:
        return Reconciled(order, is_fresh=False)


async def refresh_payment(database: Database, gateway: Gateway, order: Order) -> Order:
    """Ask the provider and apply what it says; raises PaymentError when it cannot be asked."""
    if order.superseded_intent_id:
        return await cancel_old_method(database, gateway, order)
    if order.is_final or not order.intent_id:
        return order
    intent = await gateway.read_payment(order.intent_id)
    return await database.write(apply_payment_update, order.id, intent.update)


def apply_payment_update(db: Connection, order_id: str, update: PaymentUpdate) -> Order:
    """Merge the update into the order and do what follows from it, all in one transaction."""
    order = lock_order(db, order_id)
    merged = merge(order, update, datetime.now(UTC))
    if merged == order:
        return order
    if merged.payment is Payment.PAID:
        sell_stock(db, order.from_shelf, order.id)
        merged = replace(merged, number=take_number(db))
    if merged.payment is Payment.CANCELLED and order.payment is not Payment.CANCELLED:
        release_stock(db, order.from_shelf, order.id)
    if merged.is_final or merged.review_reason:
        merged = replace(merged, due_at=None)
    set_payment(db, merged)
    return merged


def cancel_never_offered(db: Connection, order_id: str) -> Order:
    """Cancel an order whose payment nobody could ever have begun."""
    order = lock_order(db, order_id)
    if order.payment is not Payment.OPEN or order.intent_id or order.superseded_intent_id:
        return order
    dropped = replace(order, payment=Payment.CANCELLED, due_at=None)
    release_stock(db, order.from_shelf, order.id)
    set_payment(db, dropped)
    return dropped


async def cancel_unpaid(database: Database, gateway: Gateway, order: Order) -> Order:
    """Close an order that nobody will pay any more: at the provider first, and only if it agrees here.

    Without a stored intent no browser was ever given the means to pay, so there is nobody to ask. Raises
    PaymentError when the provider cannot be asked, or does not know the payment.
    """
    if order.superseded_intent_id:
        order = await cancel_old_method(database, gateway, order)
    if order.is_final:
        return order
    if not order.intent_id:
        return await database.write(cancel_never_offered, order.id)
    update = await gateway.cancel_payment(order.intent_id)
    return await database.write(apply_payment_update, order.id, update)


async def switch_payment_method(database: Database, gateway: Gateway, order: Order) -> Order:
    """Close the order's way to pay, so that it may have another one; it may turn out to be paid."""
    return await cancel_old_method(database, gateway, await database.write(begin_switch, order))


def begin_switch(db: Connection, order: Order) -> Order:
    """Put the way to pay aside, unless somebody else has done so."""
    supersede_intent(db, order)
    return lock_order(db, order.id)


async def cancel_old_method(database: Database, gateway: Gateway, order: Order) -> Order:
    """Close at the provider what was put aside; raises PaymentError when it cannot be asked."""
    if not order.superseded_intent_id:
        return order
    try:
        update = await gateway.cancel_payment(order.superseded_intent_id)
    except UnknownPayment:
        update = None
    return await database.write(finish_switch, order, update)


def finish_switch(db: Connection, order: Order, update: PaymentUpdate | None) -> Order:
    """The order without the way that was closed, or paid by it if that came first."""
    if update is None or update.status == "canceled":
        clear_superseded_intent(db, order)
        return lock_order(db, order.id)
    restore_superseded_intent(db, order)
    return apply_payment_update(db, order.id, update)
