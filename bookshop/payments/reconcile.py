"""How news of a payment reaches its order: the webhook, the return, the poll and the sweeper all end here."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from bookshop.catalogue.stock import release_stock, sell_stock
from bookshop.database import Database
from bookshop.orders.order import News, Order, Payment, merge
from bookshop.orders.store import (
    begin_closing,
    claim_question,
    end_closing,
    find_order,
    lock_order,
    reopen,
    set_payment,
    take_number,
)
from bookshop.payments.gateway import Gateway, PaymentProblem, UnknownIntent

PAUSE = timedelta(seconds=2)
NO_PAUSE = timedelta()


class Settled(NamedTuple):
    """An order, and whether the provider said just now that it is so."""

    order: Order
    is_fresh: bool


async def settle(
    database: Database,
    gateway: Gateway,
    order: Order,
    pause: timedelta = PAUSE,
    may_ask: Callable[[], bool] = lambda: True,
) -> Settled:
    """Ask the provider what became of the payment, and make the order say the same.

    However many shoppers poll, one question is asked in each pause, and none while this process may not ask;
    the others get what the shop knows.
    """
    now = datetime.now(UTC)
    if order.is_settled or not (order.intent_id or order.closing_id):
        return Settled(order, is_fresh=True)
    if now - order.asked_at < pause or not may_ask():
        return Settled(order, is_fresh=False)
    if not await database.write(claim_question, order.id, now, pause):
        known = await database.read(find_order, order.token)
        return Settled(known or order, is_fresh=False)
    try:
        return Settled(await look(database, gateway, order), is_fresh=True)
    except PaymentProblem:
        return Settled(order, is_fresh=False)


async def look(database: Database, gateway: Gateway, order: Order) -> Order:
    """Ask the provider and apply what it says; raises PaymentProblem when it cannot be asked."""
    if order.closing_id:
        return await close_way(database, gateway, order)
    if order.is_settled or not order.intent_id:
        return order
    intent = await gateway.read_payment(order.intent_id)
    return await database.write(apply_news, order.id, intent.news)


def apply_news(db: Connection, order_id: str, news: News) -> Order:
    """Merge the news into the order and do what follows from it, all in one transaction."""
    order = lock_order(db, order_id)
    merged = merge(order, news, datetime.now(UTC))
    if merged == order:
        return order
    if merged.payment is Payment.PAID:
        sell_stock(db, order.from_shelf, order.id)
        merged = replace(merged, number=take_number(db))
    if merged.payment is Payment.CANCELLED and order.payment is not Payment.CANCELLED:
        release_stock(db, order.from_shelf, order.id)
    if merged.is_settled or merged.held:
        merged = replace(merged, due_at=None)
    set_payment(db, merged)
    return merged


def drop_order(db: Connection, order_id: str) -> Order:
    """Cancel an order whose payment nobody could ever have begun."""
    order = lock_order(db, order_id)
    if order.payment is not Payment.OPEN or order.intent_id or order.closing_id:
        return order
    dropped = replace(order, payment=Payment.CANCELLED, due_at=None)
    release_stock(db, order.from_shelf, order.id)
    set_payment(db, dropped)
    return dropped


async def withdraw(database: Database, gateway: Gateway, order: Order) -> Order:
    """Close an order that nobody will pay any more: at the provider first, and only if it agrees here.

    Without a stored intent no browser was ever given the means to pay, so there is nobody to ask. Raises
    PaymentProblem when the provider cannot be asked, or does not know the payment.
    """
    if order.closing_id:
        order = await close_way(database, gateway, order)
    if order.is_settled:
        return order
    if not order.intent_id:
        return await database.write(drop_order, order.id)
    news = await gateway.cancel_payment(order.intent_id)
    return await database.write(apply_news, order.id, news)


async def change_way(database: Database, gateway: Gateway, order: Order) -> Order:
    """Close the order's way to pay, so that it may have another one; it may turn out to be paid."""
    return await close_way(database, gateway, await database.write(put_aside, order))


def put_aside(db: Connection, order: Order) -> Order:
    """Put the way to pay aside, unless somebody else has done so."""
    begin_closing(db, order)
    return lock_order(db, order.id)


async def close_way(database: Database, gateway: Gateway, order: Order) -> Order:
    """Close at the provider what was put aside; raises PaymentProblem when it cannot be asked."""
    if not order.closing_id:
        return order
    try:
        news = await gateway.cancel_payment(order.closing_id)
    except UnknownIntent:
        news = None
    return await database.write(end_way, order, news)


def end_way(db: Connection, order: Order, news: News | None) -> Order:
    """The order without the way that was closed, or paid by it if that came first."""
    if news is None or news.status == "canceled":
        end_closing(db, order)
        return lock_order(db, order.id)
    reopen(db, order)
    return apply_news(db, order.id, news)
