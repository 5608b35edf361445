"""Draft an order from a basket and the details that a shopper typed."""

import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bookshop.basket.basket import BasketLine, Quote
from bookshop.checkout.details import CheckoutDetails
from bookshop.money import Money
from bookshop.orders.order import Delivery, Order, OrderLine
from bookshop.orders.reservation import reservation_end
from bookshop.trade.availability import AvailabilityKind

TOKEN_BYTES = 16


def new_token() -> str:
    """Return a token for the address of an order, which cannot be guessed."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def draft_order(
    quote: Quote, details: CheckoutDetails, token: str, reservation: timedelta, basket_id: str = ""
) -> Order:
    """Return the order of these details at today's prices, due when its reservation ends.

    `reservation` is how long an order that is being paid reserves its books.
    """
    now = datetime.now(UTC)
    fee = quote.delivery_fee if details.is_delivered else Money(0, quote.delivery_fee.currency)
    order = Order(
        id=secrets.token_hex(TOKEN_BYTES),
        token=token,
        placed_at=now,
        email=details.email,
        name=details.name,
        delivery=Delivery(details.delivery),
        address=details.parcel_address,
        lines=tuple(map(draft_line, quote.lines)),
        delivery_fee=fee,
        total=quote.subtotal + fee,
        basket_id=basket_id,
    )
    return replace(order, due_at=reservation_end(order, reservation))


def draft_line(line: BasketLine) -> OrderLine:
    """Return an order's line at today's price."""
    return OrderLine(
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
