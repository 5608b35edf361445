"""Payments at the simulator, and what it tells of them."""

from typing import Any

import httpx
import stripe


async def a_payment(client: stripe.StripeClient, method: str = "pm_card_visa", amount: int = 2590) -> Any:
    """An intent that is paid at once; its latest charge is whole."""
    return await client.v1.payment_intents.create_async(
        {
            "amount": amount,
            "currency": "sgd",
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
            "confirm": True,
            "payment_method": method,
            "expand": ["latest_charge"],
        }
    )


async def read_charge(client: stripe.StripeClient, payment: Any) -> Any:
    """The charge of a payment as it stands now, with its refunds."""
    return await client.v1.charges.retrieve_async(payment.latest_charge.id, {"expand": ["refunds"]})


async def types_told(http: httpx.AsyncClient, payment: Any) -> list[str]:
    """The types of all events about a payment, the oldest first."""
    events = (await http.get("/_control/state")).json()["events"]
    return [
        event["type"]
        for event in events
        if payment.id in (event["data"]["object"]["id"], event["data"]["object"].get("payment_intent"))
    ]
