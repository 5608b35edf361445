"""Placing an order: hold the books and write the order first, then ask for the money."""

import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bookshop.basket.basket import Quote
from bookshop.catalogue.stock import reserve_stock
from bookshop.checkout.details import CheckoutDetails
from bookshop.database import Database
from bookshop.money import Money
from bookshop.orders.due_store import set_due
from bookshop.orders.order import Delivery, Order, OrderLine, Payment
from bookshop.orders.payment_store import discard_intent, set_intent
from bookshop.orders.store import add_order, find_order, lock_order
from bookshop.payments.gateway import (
    Gateway,
    HostedPage,
    IdempotencyKeyReused,
    Intent,
    ProviderUnavailable,
    RequestRefused,
    UnknownPayment,
    is_hosted,
)
from bookshop.payments.reconcile import (
    apply_payment_update,
    cancel_never_offered,
    cancel_unpaid,
    refresh_payment,
    switch_payment_method,
)
from bookshop.trade.availability import AvailabilityKind

TOKEN_BYTES = 16
# https://docs.stripe.com/api/checkout/sessions/create: half an hour at least, and a minute for the way there
SHORTEST_HOSTED = timedelta(minutes=31)


class NotOpen(Exception):
    """There is nothing left to pay: the order is paid, being paid, or cancelled; its receipt tells."""

    def __init__(self, order: Order) -> None:
        super().__init__(order.id)
        self.order = order


@dataclass(frozen=True, slots=True)
class PendingPayment:
    """An order and the secret its browser pays with.

    Without a secret it is to be paid on the provider's own page, or the provider could not be reached.
    """

    order: Order
    client_secret: str
    is_hosted: bool = False


def new_token() -> str:
    """A public address that nobody can guess."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def draft_order(basket: Quote, details: CheckoutDetails, token: str, hold: timedelta) -> Order:
    """The order these details would make, everything frozen at today's prices, and held as long as `hold`."""
    now = datetime.now(UTC)
    fee = basket.delivery_fee if details.is_delivered else Money(0, basket.delivery_fee.currency)
    return Order(
        id=secrets.token_hex(TOKEN_BYTES),
        token=token,
        placed_at=now,
        due_at=now + hold,
        email=details.email,
        name=details.name,
        delivery=Delivery(details.delivery),
        address=details.parcel_address,
        lines=tuple(
            OrderLine(
                line.book.isbn,
                line.book.title,
                line.book.byline,
                line.quantity,
                line.book.price,
                line.kind,
                line.to_order,
                None if line.kind is AvailabilityKind.SHELF else line.book.availability.days,
                line.book.availability.not_before,
            )
            for line in basket.lines
        ),
        delivery_fee=fee,
        total=basket.subtotal + fee,
    )


async def place_order(database: Database, gateway: Gateway, draft: Order, earlier: str) -> PendingPayment:
    """Make the draft an order, or find that it is one; then see to its payment.

    The same order placed again is the same order; another one replaces it, and whatever this shopper held
    under the token `earlier`. Raises NotOpen, OutOfStock, ProviderUnavailable and RequestRefused.
    """
    tokens = dict.fromkeys((draft.token, earlier))
    known = [order for token in tokens if (order := await database.read(find_order, token))]
    for order in known:
        if is_same(order, draft):
            return await resume_payment(database, gateway, order)
    for order in known:
        # what the provider does not know, nobody can pay; the sweeper goes on asking
        with suppress(UnknownPayment):
            await cancel_unpaid(database, gateway, order)
    if known:
        draft = replace(draft, token=new_token())
    return await resume_payment(database, gateway, await database.write(reserve, draft))


def is_same(order: Order, draft: Order) -> bool:
    """Whether the draft is this order placed again, rather than another one after it."""
    if order.contents != draft.contents or order.payment is Payment.CANCELLED:
        return False
    return order.payment is not Payment.PAID or order.token == draft.token


def reserve(db: Connection, draft: Order) -> Order:
    """Hold the books and write the order, or neither; a second click finds what the first one wrote."""
    try:
        with db.begin_nested():
            add_order(db, draft)
    except IntegrityError:
        if order := find_order(db, draft.token):
            return order
        raise
    reserve_stock(db, draft.from_shelf, draft.id)
    return draft


async def resume_payment(database: Database, gateway: Gateway, order: Order) -> PendingPayment:
    """Give an open order the means to be paid: the intent it has, or a first one.

    Raises NotOpen, and RequestRefused after giving the books back.
    """
    try:
        if order.superseded_intent_id:
            order = await refresh_payment(database, gateway, order)
        if order.intent_id:
            return await read_pending_payment(database, gateway, order)
        return await store_intent(database, gateway, order, await gateway.create_payment(order))
    except ProviderUnavailable:
        return PendingPayment(order, "")
    except (UnknownPayment, IdempotencyKeyReused):
        return await resume_payment(database, gateway, await database.write(replace_intent, order))
    except RequestRefused:
        await database.write(cancel_never_offered, order.id)
        raise


async def open_card_payment(database: Database, gateway: Gateway, order: Order) -> PendingPayment:
    """Let an open order be paid by the card form, and nowhere else; raises what resume_payment raises."""
    try:
        if order.payment is Payment.OPEN and is_hosted(order.intent_id):
            order = await switch_payment_method(database, gateway, order)
    except ProviderUnavailable:
        return PendingPayment(order, "")
    return await resume_payment(database, gateway, order)


async def open_hosted_payment(
    database: Database, gateway: Gateway, order: Order, paid: str, back: str
) -> str:
    """Let an open order be paid on the provider's own page, and nowhere else; answers its address.

    Raises NotOpen, and PaymentError when the provider cannot be asked.
    """
    order = await refresh_payment(database, gateway, order)
    if order.payment is Payment.OPEN and order.intent_id and not is_hosted(order.intent_id):
        order = await switch_payment_method(database, gateway, order)
    if order.payment is not Payment.OPEN or order.review_reason:
        raise NotOpen(order)
    if order.intent_id:
        # without an address it is a way that the provider would not close just now
        if url := (await gateway.read_payment(order.intent_id)).url:
            return url
        raise ProviderUnavailable
    closes_at = datetime.now(UTC) + SHORTEST_HOSTED
    intent = await gateway.create_hosted_payment(order, HostedPage(paid, back, closes_at))
    pending = await store_intent(database, gateway, order, intent)
    # the page stays open as long as the provider demands, and so must the hold
    await database.write(set_due, pending.order.id, closes_at, 0)
    return intent.url


async def read_pending_payment(database: Database, gateway: Gateway, order: Order) -> PendingPayment:
    """The order as Stripe knows it now; raises NotOpen when there is nothing left to pay."""
    if order.payment is not Payment.OPEN:
        raise NotOpen(order)
    intent = await gateway.read_payment(order.intent_id)
    order = await database.write(apply_payment_update, order.id, intent.update)
    if order.payment is not Payment.OPEN or order.review_reason:
        raise NotOpen(order)
    return PendingPayment(order, intent.client_secret, is_hosted=bool(intent.url))


async def store_intent(database: Database, gateway: Gateway, order: Order, intent: Intent) -> PendingPayment:
    """Remember the intent before any browser learns its secret; raises NotOpen when the order was closed."""
    update = intent.update
    if await database.write(set_intent, order, update.intent_id, update.status):
        return PendingPayment(
            replace(order, intent_id=update.intent_id, intent_status=update.status), intent.client_secret
        )
    await gateway.cancel_payment(update.intent_id)
    raise NotOpen(order)


def replace_intent(db: Connection, order: Order) -> Order:
    """Let the order be paid by another intent than the one Stripe no longer knows."""
    discard_intent(db, order)
    return lock_order(db, order.id)
