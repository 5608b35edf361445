"""Place an order: reserve its stock and store it first, then open its payment."""

from contextlib import suppress
from dataclasses import replace

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bookshop.catalogue.stock import reserve_stock
from bookshop.checkout.draft_order import new_token
from bookshop.checkout.open_card_payment import resume_payment
from bookshop.checkout.pending_payment import PendingPayment
from bookshop.database import Database
from bookshop.orders.order import Order, PaymentState
from bookshop.orders.store import add_order, find_order
from bookshop.payments.cancel_order import cancel_unpaid
from bookshop.payments.errors import UnknownPayment
from bookshop.payments.gateway import Gateway


async def place_order(
    database: Database, gateway: Gateway, draft: Order, earlier_token: str
) -> PendingPayment:
    """Store the draft, or find that it is stored already; then open its payment.

    A draft that differs replaces the unpaid orders that this shopper has under its token and under
    `earlier_token`. Raises NotPayable, OutOfStock, ProviderUnavailable and RequestRefused.
    """
    tokens = dict.fromkeys((draft.token, earlier_token))
    earlier = [order for token in tokens if (order := await database.read(find_order, token))]
    for order in earlier:
        if is_same(order, draft):
            return await resume_payment(database, gateway, order)
    for order in earlier:
        # a payment that Stripe does not know cannot be made; the sweeper tries again
        with suppress(UnknownPayment):
            await cancel_unpaid(database, gateway, order)
    if earlier:
        draft = replace(draft, token=new_token())
    return await resume_payment(database, gateway, await database.write(reserve_and_add, draft))


def is_same(order: Order, draft: Order) -> bool:
    """Return whether the draft is this order placed again, rather than another one after it."""
    if order.as_placed != draft.as_placed or order.payment is PaymentState.CANCELLED:
        return False
    return order.payment is not PaymentState.PAID or order.token == draft.token


def reserve_and_add(db: Connection, draft: Order) -> Order:
    """Reserve the books and store the order, or neither; a repeat returns the stored order."""
    try:
        with db.begin_nested():
            add_order(db, draft)
    except IntegrityError:
        if order := find_order(db, draft.token):
            return order
        raise
    reserve_stock(db, draft.from_shelf, draft.id)
    return draft
