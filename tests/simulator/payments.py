"""Payments at the simulator, and the events about them."""

from typing import Any, cast

import httpx
import stripe
from stripe.params import PaymentIntentCreateParams

from bookshop.simulator.cards import TestCard

RETURN_URL = "https://books.example/return"


class Shopper:
    """A browser with the publishable key and an intent's client secret."""

    def __init__(self, http: httpx.AsyncClient, intent: stripe.PaymentIntent) -> None:
        self._http = http
        self._path = f"/v1/payment_intents/{intent.id}"
        self._identity = {"key": "pk_test_bookshop", "client_secret": str(intent.client_secret)}

    async def pay(self, number: str, **changed: str) -> httpx.Response:
        fields = {"number": number, "exp_month": "12", "exp_year": "2050", "cvc": "1234", **changed}
        if not number.startswith("37") and "cvc" not in changed:
            fields["cvc"] = "123"
        card = {f"payment_method_data[card][{name}]": value for name, value in fields.items()}
        return await self.post("confirm", {"use_stripe_sdk": "true", **card})

    async def pay_with(self, kind: str, **changed: str) -> httpx.Response:
        """Confirm with a method that is not a card."""
        form = {"payment_method_data[type]": kind, "return_url": RETURN_URL, **changed}
        return await self.post("confirm", {"use_stripe_sdk": "true", **form})

    async def end_challenge(self, outcome: str) -> httpx.Response:
        return await self.post("challenge", {"outcome": outcome})

    async def read(self) -> httpx.Response:
        return await self._http.get(self._path, params=self._identity)

    async def post(self, action: str, form: dict[str, str]) -> httpx.Response:
        return await self._http.post(f"{self._path}/{action}", data={**form, **self._identity})


def an_intent(**changed: Any) -> PaymentIntentCreateParams:
    params: dict[str, Any] = {
        "amount": 2590,
        "currency": "sgd",
        "automatic_payment_methods": {"enabled": True},
    }
    params.update(changed)
    return cast(PaymentIntentCreateParams, params)


def an_alias(card: TestCard) -> str:
    return f"pm_card_{card.aliases[0]}"


async def a_payment(client: stripe.StripeClient, method: str = "pm_card_visa", amount: int = 2590) -> Any:
    """Create an intent that is paid at once; its latest charge is expanded."""
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


async def pay(client: stripe.StripeClient, intent: stripe.PaymentIntent, method: str = "pm_card_visa") -> Any:
    return await client.v1.payment_intents.confirm_async(
        intent.id, {"payment_method": method, "return_url": RETURN_URL, "expand": ["latest_charge"]}
    )


async def read(client: stripe.StripeClient, intent: stripe.PaymentIntent) -> Any:
    return await client.v1.payment_intents.retrieve_async(intent.id, {"expand": ["latest_charge"]})


async def read_charge(client: stripe.StripeClient, payment: Any) -> Any:
    """Read the charge of a payment, with its refunds."""
    return await client.v1.charges.retrieve_async(payment.latest_charge.id, {"expand": ["refunds"]})


async def finish_processing(
    http: httpx.AsyncClient, intent: stripe.PaymentIntent, outcome: str
) -> httpx.Response:
    return await http.post(f"/_control/payment_intents/{intent.id}/settle", data={"outcome": outcome})


async def event_types(http: httpx.AsyncClient, payment: Any) -> list[str]:
    """Return the types of all events about a payment, the oldest first."""
    events = (await http.get("/_control/state")).json()["events"]
    return [
        event["type"]
        for event in events
        if payment.id in (event["data"]["object"]["id"], event["data"]["object"].get("payment_intent"))
    ]
