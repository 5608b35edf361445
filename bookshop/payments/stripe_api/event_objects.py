"""Read Stripe's events, from its list or from a signed message, as the shop's own."""

from __future__ import annotations

import json
import re
from typing import Any

import stripe

from bookshop.payments.errors import BadMessage
from bookshop.payments.gateway import Event
from bookshop.payments.stripe_api.objects import read_id_of, read_metadata

# what the database stores; Stripe's ids and types are far shorter
NAME = re.compile(r"[\w.-]{1,64}", re.ASCII)


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Return whether a message is signed with this secret, and not long ago."""
    try:
        stripe.WebhookSignature.verify_header(
            body.decode(), signature, secret, stripe.Webhook.DEFAULT_TOLERANCE
        )
    except (ValueError, stripe.SignatureVerificationError):
        return False
    return True


def parse_event(body: bytes) -> Event:
    """Read the body of a signed message; raises BadMessage."""
    try:
        match json.loads(body):
            case {"id": str(), "type": str(), "livemode": bool(), "data": {"object": dict()}} as message:
                event = read_event(stripe.Event.construct_from(message, None))
            case _:
                raise BadMessage
    except (ValueError, RecursionError) as error:
        raise BadMessage from error
    if not (NAME.fullmatch(event.id) and NAME.fullmatch(event.type)):
        raise BadMessage
    return event


def read_event(event: stripe.Event) -> Event:
    """Read an event, with the ids of its payment, charge, session and order."""
    subject: Any = event.data.object
    kind = getattr(subject, "object", "")

    def own_or_linked(name: str) -> str:
        return _clean(read_id_of(subject, "id" if kind == name else name))

    return Event(
        event.id,
        event.type,
        own_or_linked("payment_intent"),
        _clean(read_metadata(subject, "order")),
        event.livemode,
        own_or_linked("charge"),
        own_or_linked("checkout.session"),
    )


def _clean(name: str) -> str:
    """Return an id, or nothing for what cannot be one."""
    return name if NAME.fullmatch(name) else ""
