"""Stripe's webhook: record the event, respond, then process its order."""

import logging

from quart import abort, current_app, request
from quart.typing import ResponseReturnValue

from bookshop.database import Database
from bookshop.logs.private_logs import LimitedLog
from bookshop.payments.errors import BadMessage, BadSignature
from bookshop.payments.expire_order import ExpiryPolicy
from bookshop.payments.gateway import Event, Gateway
from bookshop.payments.process_due_order import process_if_due
from bookshop.payments.record_event import record_event

log = LimitedLog(logging.getLogger(__name__))


async def receive_webhook(database: Database, gateway: Gateway, policy: ExpiryPolicy) -> ResponseReturnValue:
    """Record a signed event; a repeated one changes nothing."""
    event = await read_event(gateway)
    if event.is_live != policy.is_live:
        log.warning("Refused a webhook: its event is of the other mode, live or test, than the shop's keys")
        abort(400)
    if order_id := await record_event(database, event):
        # outside the request; after a crash the sweeper finds the order due
        current_app.add_background_task(process_if_due, database, gateway, policy, order_id)
    return "", 200


async def read_event(gateway: Gateway) -> Event:
    """Return the request's event, or respond 400 when it is not signed, or not an event."""
    body: bytes = await request.body
    try:
        return gateway.read_event(body, request.headers.get("Stripe-Signature", ""))
    except BadSignature:
        log.warning("Refused a webhook: its signature does not match STRIPE_WEBHOOK_SECRET, or is too old")
        abort(400)
    except BadMessage:
        log.warning("Refused a webhook: it is signed, but it is not an event")
        abort(400)
