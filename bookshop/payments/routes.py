"""The addresses that Stripe knows: its webhook, and where it sends shoppers back to."""

from contextlib import suppress
from functools import partial
from hmac import compare_digest

from quart import Blueprint, abort, redirect, request, session, url_for
from quart.typing import ResponseReturnValue

from bookshop.database import Database, DatabaseUnavailable
from bookshop.orders.order import Order
from bookshop.orders.store import find_order_by_intent
from bookshop.payments.apply_payment_update import apply_payment_update
from bookshop.payments.errors import PaymentError
from bookshop.payments.expire_order import ExpiryPolicy
from bookshop.payments.gateway import Gateway
from bookshop.payments.webhooks import receive_webhook
from bookshop.web.pages import confirming_page


def blueprint(database: Database, gateway: Gateway, policy: ExpiryPolicy) -> Blueprint:
    """Mount the webhook and the return address."""
    routes = Blueprint("payments", __name__)
    webhook = partial(receive_webhook, database, gateway, policy)
    routes.add_url_rule("/stripe/webhook", "webhook", webhook, methods=["POST"])
    routes.add_url_rule("/success", "success", partial(success, database, gateway))
    return routes


async def success(database: Database, gateway: Gateway) -> ResponseReturnValue:
    """Send a shopper who comes back from Stripe to the receipt."""
    try:
        order = await database.read(find_order_by_intent, request.args.get("payment_intent", ""))
    except DatabaseUnavailable as error:
        return confirming_page(error)
    if order is None:
        abort(404)
    # the browser that placed the order may see the receipt, which reconciles by itself
    if session.get("order") != order.token:
        client_secret = request.args.get("payment_intent_client_secret", "")
        await check_client_secret(database, gateway, order, client_secret)
    return redirect(url_for("orders.receipt", token=order.token), 303)


async def check_client_secret(database: Database, gateway: Gateway, order: Order, client_secret: str) -> None:
    """Respond 404 unless the caller knows the payment's client secret, which opens the receipt."""
    try:
        intent = await gateway.read_payment(order.intent_id)
    except PaymentError:
        abort(503)
    if not compare_digest(intent.client_secret.encode(), client_secret.encode()):
        abort(404)
    # the receipt does the same
    with suppress(DatabaseUnavailable):
        await database.write(apply_payment_update, order.id, intent.update)
