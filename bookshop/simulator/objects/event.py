"""The Event: what happened to an object, with the object as it was then."""

from collections.abc import Mapping

from bookshop.simulator.objects.base import API_VERSION, StripeObject, new_id


def new_event(
    kind: str, subject: StripeObject, request: Mapping[str, str | None], created: int
) -> StripeObject:
    return {
        "id": new_id("evt_3"),
        "object": "event",
        "api_version": API_VERSION,
        "created": created,
        "data": {"object": subject},
        "livemode": False,
        "pending_webhooks": 1,
        "request": dict(request),
        "type": kind,
    }
