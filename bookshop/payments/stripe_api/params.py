"""The parameters of requests to Stripe.

They are made of stored values, so that a repeated request has the same parameters under the same key, and of
one setting: when that has changed in between, Stripe refuses the key, and another attempt to pay begins.
"""

from textwrap import shorten
from typing import TYPE_CHECKING, cast

from bookshop.addresses.address import Address
from bookshop.money import Money
from bookshop.orders.order import Order
from bookshop.payments.gateway import HostedPage
from bookshop.payments.refund import Refund

# only types: building them would take 2.5 MB of each worker
if TYPE_CHECKING:
    from stripe.params import (
        PaymentIntentCreateParams,
        PaymentIntentCreateParamsShippingAddress,
        RefundCreateParams,
    )
    from stripe.params.checkout import (
        SessionCreateParams,
        SessionCreateParamsLineItem,
        SessionCreateParamsPaymentIntentData,
        SessionCreateParamsPaymentIntentDataShipping,
    )

MAX_PRODUCT_NAME_CHARS = 250
# https://docs.stripe.com/api/metadata
MAX_METADATA_CHARS = 500


def order_key(order: Order) -> str:
    """Return the idempotency key: the order and the version of its attempt."""
    return f"order-{order.id}-{order.attempt.version}"


def payment_metadata(order: Order, shop_id: str) -> dict[str, str]:
    """Return by what a payment is known to be of this order, and of this shop.

    After a loss of the database, Stripe still knows who bought what.
    """
    books = " ".join(f"{line.isbn}×{line.quantity}" for line in order.lines)
    return {
        "order": order.id,
        "shop": shop_id,
        "name": order.name[:MAX_METADATA_CHARS],
        "email": order.ascii_email[:MAX_METADATA_CHARS],
        "books": shorten(books, MAX_METADATA_CHARS, placeholder=" …"),
    }


def intent_params(order: Order, shop_id: str, *, with_receipt: bool) -> "PaymentIntentCreateParams":
    """Return the parameters of a payment by card form.

    With `receipt_email` Stripe mails a receipt.
    """
    params: PaymentIntentCreateParams = {
        "amount": order.total.minor,
        "currency": order.total.currency.lower(),
        "automatic_payment_methods": {"enabled": True},
        "metadata": payment_metadata(order, shop_id),
    }
    if with_receipt:
        params["receipt_email"] = order.ascii_email
    if order.address:
        params["shipping"] = {"name": order.name, "address": _address_params(order.address)}
    return params


def _address_params(address: Address) -> "PaymentIntentCreateParamsShippingAddress":
    params: PaymentIntentCreateParamsShippingAddress = {"line1": address.street, "country": address.country}
    if address.unit:
        params["line2"] = address.unit
    if address.city:
        params["city"] = address.city
    if address.region:
        params["state"] = address.region
    if address.postcode:
        params["postal_code"] = address.postcode
    return params


def session_params(
    order: Order, shop_id: str, page: HostedPage, *, with_receipt: bool
) -> "SessionCreateParams":
    """Return the parameters of a payment on the hosted page.

    Its lines are the order's books and the delivery, whose sum is the order's total.
    """
    params: SessionCreateParams = {
        "mode": "payment",
        "line_items": line_items(order),
        "metadata": payment_metadata(order, shop_id),
        "payment_intent_data": _session_intent_params(order, shop_id, with_receipt=with_receipt),
        "customer_email": order.ascii_email,
        "success_url": page.success_url,
        "cancel_url": page.cancel_url,
    }
    if expires_at := order.attempt.expires_at:
        params["expires_at"] = int(expires_at.timestamp())
    return params


def line_items(order: Order) -> "list[SessionCreateParamsLineItem]":
    """Return what the hosted page lists; Stripe takes up to 100 lines, and an order has fewer."""
    items = [_line_item(line.title, line.price, line.quantity) for line in order.lines]
    if order.delivery_fee.minor:
        items.append(_line_item("Delivery", order.delivery_fee))
    return items


def _line_item(name: str, price: Money, quantity: int = 1) -> "SessionCreateParamsLineItem":
    return {
        "quantity": quantity,
        "price_data": {
            "currency": price.currency.lower(),
            "unit_amount": price.minor,
            "product_data": {"name": name[:MAX_PRODUCT_NAME_CHARS]},
        },
    }


def _session_intent_params(
    order: Order, shop_id: str, *, with_receipt: bool
) -> "SessionCreateParamsPaymentIntentData":
    intent = intent_params(order, shop_id, with_receipt=with_receipt)
    params: SessionCreateParamsPaymentIntentData = {"metadata": payment_metadata(order, shop_id)}
    if "receipt_email" in intent:
        params["receipt_email"] = intent["receipt_email"]
    if "shipping" in intent:
        params["shipping"] = cast("SessionCreateParamsPaymentIntentDataShipping", intent["shipping"])
    return params


def refund_params(charge_id: str, refund: Refund) -> "RefundCreateParams":
    """Return the parameters of a refund."""
    params: RefundCreateParams = {
        "charge": charge_id,
        "amount": refund.amount.minor,
        "metadata": {"order": refund.order_id, "refund": refund.id},
    }
    if refund.reason:
        params["reason"] = refund.reason
    return params
