"""Where Stripe calls, and where it sends shoppers back to."""

from hmac import compare_digest

from quart import Blueprint, abort, current_app, redirect, request, session, url_for
from quart.typing import ResponseReturnValue

from bookshop.database import Database
from bookshop.orders.order import Order
from bookshop.orders.store import find_order_by_intent
from bookshop.payments.gateway import BadSignature, Event, Gateway, PaymentError
from bookshop.payments.reconcile import apply_payment_update
from bookshop.payments.sweep import SweepPolicy, process_if_due, record_event


def blueprint(database: Database, gateway: Gateway, policy: SweepPolicy, *, is_live: bool) -> Blueprint:
    """The two addresses that Stripe knows."""
    routes = Blueprint("payments", __name__)

    @routes.post("/stripe/webhook")
    async def webhook() -> ResponseReturnValue:
        event = await read_event()
        if event.is_live != is_live:
            abort(400)
        if order_id := await record_event(database, event):
            # outside the request; should we die first, the sweeper finds it due
            current_app.add_background_task(process_if_due, database, gateway, policy, order_id)
        return "", 200

    @routes.get("/success")
    async def success() -> ResponseReturnValue:
        order = await database.read(find_order_by_intent, request.args.get("payment_intent", ""))
        if order is None:
            abort(404)
        # the shopper's own browser may see the receipt, which asks Stripe by itself
        if session.get("order") != order.token:
            await prove(order, request.args.get("payment_intent_client_secret", ""))
        return redirect(url_for("orders.receipt", token=order.token), 303)

    async def read_event() -> Event:
        body: bytes = await request.body
        try:
            return gateway.read_event(body, request.headers.get("Stripe-Signature", ""))
        except BadSignature:
            abort(400)

    async def prove(order: Order, secret: str) -> None:
        """Let only someone who knows the payment's secret learn the address of its receipt."""
        try:
            intent = await gateway.read_payment(order.intent_id)
        except PaymentError:
            abort(503)
        if not compare_digest(intent.client_secret.encode(), secret.encode()):
            abort(404)
        await database.write(apply_payment_update, order.id, intent.update)

    return routes
