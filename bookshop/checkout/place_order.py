"""Place an order: reserve its stock and store it first, then open its payment."""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bookshop.catalogue.stock import reserve_stock
from bookshop.checkout.draft_order import new_token
from bookshop.checkout.earlier_order_store import detach_order, detach_settled_orders, find_earlier_orders
from bookshop.checkout.open_card_payment import resume_payment
from bookshop.checkout.pending_payment import NotPayable, PendingPayment
from bookshop.checkout.unpaid_limit import TooManyUnpaid, UnpaidLimit
from bookshop.checkout.unpaid_store import count_unpaid, lock_network
from bookshop.database import Database
from bookshop.orders.order import CancelReason, Order, PaymentState
from bookshop.orders.store import add_order
from bookshop.payments.cancel_order import cancel_unpaid
from bookshop.payments.errors import ProviderUnavailable, UnknownPayment
from bookshop.payments.gateway import Gateway

# each further round means that another form of the same shopper was quicker
MAX_ROUNDS = 50


class EarlierOrderOpen(Exception):
    """The shopper has another order, which must be cancelled or settled first."""


async def place_order(
    database: Database, gateway: Gateway, draft: Order, earlier_token: str, limit: UnpaidLimit
) -> PendingPayment:
    """Store the draft, or find that it is stored already; then open its payment.

    A draft that differs replaces the unpaid orders that this shopper has. However many forms are sent at
    once, one order is left. Raises NotPayable, OutOfStock, TooManyUnpaid, ProviderUnavailable and
    RequestRefused.
    """
    for _ in range(MAX_ROUNDS):
        earlier = await database.read(find_earlier_orders, draft.shopper_hash, draft.token, earlier_token)
        for order in earlier:
            if is_same(order, draft):
                return await resume_payment(database, gateway, order)
        for order in earlier:
            await make_room(database, gateway, order, draft)
        try:
            order = await database.write(add_within_limit, follow(earlier, draft), limit)
        except EarlierOrderOpen:
            continue
        return await resume_payment(database, gateway, order)
    raise ProviderUnavailable


def is_same(order: Order, draft: Order) -> bool:
    """Return whether the draft is this order placed again, rather than another one after it."""
    if order.as_placed != draft.as_placed or order.payment is PaymentState.CANCELLED:
        return False
    return order.payment is not PaymentState.PAID or order.token == draft.token


async def make_room(database: Database, gateway: Gateway, order: Order, draft: Order) -> None:
    """Cancel an earlier order that is unpaid; raises NotPayable if the form's own is being paid."""
    try:
        if order.payment is PaymentState.OPEN:
            order = await cancel_unpaid(database, gateway, order, CancelReason.REPLACED)
    except UnknownPayment:
        # it cannot be paid; the sweeper finds out more
        await database.write(detach_order, order.id)
    if order.payment is PaymentState.PROCESSING and order.token == draft.token:
        raise NotPayable(order)


def follow(earlier: list[Order], draft: Order) -> Order:
    """Return the draft as the successor of these orders, with a token of its own.

    It reserves its books from when the first of them did, whatever the books: nothing is reserved anew.
    """
    since = [
        order.reserved_from or order.placed_at for order in earlier if order.payment is PaymentState.OPEN
    ]
    token = new_token() if any(order.token == draft.token for order in earlier) else draft.token
    return replace(draft, token=token, reserved_from=min(since, default=None))


def add_within_limit(db: Connection, draft: Order, limit: UnpaidLimit) -> Order:
    """Reserve the books and store the shopper's current order, or neither.

    Raises EarlierOrderOpen, OutOfStock and TooManyUnpaid.
    """
    detach_settled_orders(db, draft.shopper_hash)
    reserve_and_add(db, draft)
    if draft.network_hash:
        check_unpaid(db, draft.network_hash, limit)
    return draft


def reserve_and_add(db: Connection, draft: Order) -> Order:
    """Reserve the books and store the order, or neither.

    The keys of an order's token and of its shopper refuse a second one: raises EarlierOrderOpen.
    """
    try:
        with db.begin_nested():
            add_order(db, draft)
    except IntegrityError as error:
        if find_earlier_orders(db, draft.shopper_hash, draft.token):
            raise EarlierOrderOpen from error
        raise
    reserve_stock(db, draft.from_shelf, draft.id)
    return draft


def check_unpaid(db: Connection, network_hash: str, limit: UnpaidLimit) -> None:
    """Raise TooManyUnpaid if the network's open and abandoned orders are more than the limit."""
    # the last lock of the transaction: it is held only briefly, and cannot cause a deadlock
    lock_network(db, network_hash)
    if not limit.allows(*count_unpaid(db, network_hash, datetime.now(UTC) - limit.window)):
        raise TooManyUnpaid
