"""How news of a payment reaches its order: the webhook, the return, the poll all end here."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from bookshop.catalogue.stock import release_stock, sell_stock
from bookshop.database import Database
from bookshop.orders.order import News, Order, Payment, merge
from bookshop.orders.store import claim_question, find_order, lock_order, set_payment, take_number
from bookshop.payments.gateway import Gateway, PaymentProblem, UnknownIntent

PAUSE = timedelta(seconds=2)
NO_PAUSE = timedelta()


class Settled(NamedTuple):
    """An order, and whether the provider said just now that it is so."""

    order: Order
    is_fresh: bool


async def settle(database: Database, gateway: Gateway, order: Order, pause: timedelta = PAUSE) -> Settled:
    """Ask the provider what became of the payment, and make the order say the same.

    However many shoppers poll, one question is asked in each pause; the others get what the shop knows.
    """
    now = datetime.now(UTC)
    if order.is_settled or not order.intent_id:
        return Settled(order, is_fresh=True)
    if now - order.asked_at < pause or not await database.write(claim_question, order.id, now, pause):
        known = await database.read(find_order, order.token)
        return Settled(known or order, is_fresh=False)
    try:
        intent = await gateway.read_payment(order.intent_id)
    except PaymentProblem:
        return Settled(order, is_fresh=False)
    return Settled(await database.write(apply_news, order.id, intent.news), is_fresh=True)


def apply_news(db: Connection, order_id: str, news: News) -> Order:
    """Merge the news into the order and do what follows from it, all in one transaction."""
    order = lock_order(db, order_id)
    merged = merge(order, news, datetime.now(UTC))
    if merged == order:
        return order
    if merged.payment is Payment.PAID:
        sell_stock(db, order.quantities, order.id)
        merged = replace(merged, number=take_number(db))
    if merged.payment is Payment.CANCELLED and order.payment is not Payment.CANCELLED:
        release_stock(db, order.quantities, order.id)
    set_payment(db, merged)
    return merged


def drop_order(db: Connection, order_id: str) -> Order:
    """Cancel an order whose payment nobody could ever have begun."""
    order = lock_order(db, order_id)
    if order.payment is not Payment.OPEN or order.intent_id:
        return order
    dropped = replace(order, payment=Payment.CANCELLED)
    release_stock(db, order.quantities, order.id)
    set_payment(db, dropped)
    return dropped


async def withdraw(database: Database, gateway: Gateway, order: Order) -> Order:
    """Close an order that its shopper replaces: at the provider first, and only if it agrees here.

    Without a stored intent no browser was ever given the means to pay, so there is nobody to ask.
    """
    if order.is_settled:
        return order
    if not order.intent_id:
        return await database.write(drop_order, order.id)
    try:
        news = await gateway.cancel_payment(order.intent_id)
    except UnknownIntent:
        return order
    return await database.write(apply_news, order.id, news)
