"""Placing an order: hold the books and write the order first, then ask for the money."""

import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bookshop.basket.basket import Priced
from bookshop.catalogue.stock import reserve_stock
from bookshop.checkout.details import Details
from bookshop.database import Database
from bookshop.money import Money
from bookshop.orders.order import Delivery, Order, OrderLine, Payment
from bookshop.orders.store import add_order, find_order, forget_intent, lock_order, set_due, set_intent
from bookshop.payments.gateway import (
    Gateway,
    HostedPages,
    Intent,
    KeyUsed,
    ProviderUnavailable,
    RequestRefused,
    UnknownIntent,
    is_hosted,
)
from bookshop.payments.reconcile import apply_news, change_way, drop_order, look, withdraw
from bookshop.trade.availability import Kind

TOKEN_BYTES = 16
# https://docs.stripe.com/api/checkout/sessions/create: half an hour at least, and a minute for the way there
SHORTEST_HOSTED = timedelta(minutes=31)


class NotOpen(Exception):
    """There is nothing left to pay: the order is paid, being paid, or cancelled; its receipt tells."""

    def __init__(self, order: Order) -> None:
        super().__init__(order.id)
        self.order = order


@dataclass(frozen=True, slots=True)
class Placed:
    """An order and the secret its browser pays with.

    Without a secret it is to be paid on the provider's own page, or the provider could not be reached.
    """

    order: Order
    secret: str
    is_hosted: bool = False


def new_token() -> str:
    """A public address that nobody can guess."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def draft_order(basket: Priced, details: Details, token: str, hold: timedelta) -> Order:
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
                None if line.kind is Kind.SHELF else line.book.availability.days,
                line.book.availability.not_before,
            )
            for line in basket.lines
        ),
        delivery_fee=fee,
        total=basket.goods + fee,
    )


async def place_order(database: Database, gateway: Gateway, draft: Order, earlier: str) -> Placed:
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
        with suppress(UnknownIntent):
            await withdraw(database, gateway, order)
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


async def resume_payment(database: Database, gateway: Gateway, order: Order) -> Placed:
    """Give an open order the means to be paid: the intent it has, or a first one.

    Raises NotOpen, and RequestRefused after giving the books back.
    """
    try:
        if order.closing_id:
            order = await look(database, gateway, order)
        if order.intent_id:
            return await read_placed(database, gateway, order)
        return await keep_intent(database, gateway, order, await gateway.expect_payment(order))
    except ProviderUnavailable:
        return Placed(order, "")
    except (UnknownIntent, KeyUsed):
        return await resume_payment(database, gateway, await database.write(renew, order))
    except RequestRefused:
        await database.write(drop_order, order.id)
        raise


async def open_card_payment(database: Database, gateway: Gateway, order: Order) -> Placed:
    """Let an open order be paid by the card form, and nowhere else; raises what resume_payment raises."""
    try:
        if order.payment is Payment.OPEN and is_hosted(order.intent_id):
            order = await change_way(database, gateway, order)
    except ProviderUnavailable:
        return Placed(order, "")
    return await resume_payment(database, gateway, order)


async def open_hosted_payment(
    database: Database, gateway: Gateway, order: Order, paid: str, back: str
) -> str:
    """Let an open order be paid on the provider's own page, and nowhere else; answers its address.

    Raises NotOpen, and PaymentProblem when the provider cannot be asked.
    """
    order = await look(database, gateway, order)
    if order.payment is Payment.OPEN and order.intent_id and not is_hosted(order.intent_id):
        order = await change_way(database, gateway, order)
    if order.payment is not Payment.OPEN or order.held:
        raise NotOpen(order)
    if order.intent_id:
        # without an address it is a way that the provider would not close just now
        if url := (await gateway.read_payment(order.intent_id)).url:
            return url
        raise ProviderUnavailable
    closes_at = datetime.now(UTC) + SHORTEST_HOSTED
    intent = await gateway.expect_hosted_payment(order, HostedPages(paid, back, closes_at))
    placed = await keep_intent(database, gateway, order, intent)
    # the page stays open as long as the provider demands, and so must the hold
    await database.write(set_due, placed.order.id, closes_at, 0)
    return intent.url


async def read_placed(database: Database, gateway: Gateway, order: Order) -> Placed:
    """The order as Stripe knows it now; raises NotOpen when there is nothing left to pay."""
    if order.payment is not Payment.OPEN:
        raise NotOpen(order)
    intent = await gateway.read_payment(order.intent_id)
    order = await database.write(apply_news, order.id, intent.news)
    if order.payment is not Payment.OPEN or order.held:
        raise NotOpen(order)
    return Placed(order, intent.secret, is_hosted=bool(intent.url))


async def keep_intent(database: Database, gateway: Gateway, order: Order, intent: Intent) -> Placed:
    """Remember the intent before any browser learns its secret; raises NotOpen when the order was closed."""
    news = intent.news
    if await database.write(set_intent, order, news.intent_id, news.status):
        return Placed(replace(order, intent_id=news.intent_id, intent_status=news.status), intent.secret)
    await gateway.cancel_payment(news.intent_id)
    raise NotOpen(order)


def renew(db: Connection, order: Order) -> Order:
    """Let the order be paid by another intent than the one Stripe no longer knows."""
    forget_intent(db, order)
    return lock_order(db, order.id)
