"""The addresses that Stripe knows: its webhook, and where it sends shoppers back to."""

from functools import partial
from hmac import compare_digest

from quart import Blueprint, abort, redirect, request, session, url_for
from quart.typing import ResponseReturnValue

from bookshop.database import Database, DatabaseUnavailable
from bookshop.orders.attempt_store import ReturnAddress, find_return_address, hash_secret
from bookshop.payments.expire_order import ExpiryPolicy
from bookshop.payments.gateway import Gateway
from bookshop.payments.webhooks import receive_webhook
from bookshop.web.pages import confirming_page


def blueprint(database: Database, gateway: Gateway, policy: ExpiryPolicy) -> Blueprint:
    """Mount the webhook and the return address."""
    routes = Blueprint("payments", __name__)
    webhook = partial(receive_webhook, database, gateway, policy)
    routes.add_url_rule("/stripe/webhook", "webhook", webhook, methods=["POST"])
    routes.add_url_rule("/success", "success", partial(success, database))
    return routes


async def success(database: Database) -> ResponseReturnValue:
    """Send a shopper who comes back from Stripe to the receipt, which reconciles the order."""
    try:
        found = await database.read(find_return_address, request.args.get("payment_intent", ""))
    except DatabaseUnavailable as error:
        return confirming_page(error)
    client_secret = request.args.get("payment_intent_client_secret", "")
    if found is None or not may_see(found, client_secret):
        abort(404)
    return redirect(url_for("orders.receipt", token=found.token), 303)


def may_see(found: ReturnAddress, client_secret: str) -> bool:
    """Return whether this browser placed the order, or knows the client secret of its payment."""
    is_known = bool(client_secret) and compare_digest(hash_secret(client_secret), found.secret_hash)
    return is_known or session.get("order") == found.token
