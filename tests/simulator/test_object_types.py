"""Every object has the fields that the installed stripe package declares, in every state."""

from typing import Any

import httpx
import pytest
import stripe

from bookshop.simulator.cards import CARDS
from tests.simulator.payments import Shopper, a_payment, an_intent, pay
from tests.simulator.stripe_types import compare_fields, compare_object
from tests.simulator.test_checkout_sessions import CARD, session_params

# one card of each kind, whatever its country
ONE_OF_EACH = {
    (card.behaviour, card.code, card.after_payment, card.risk_level, str(card.checks), card.brand): card
    for card in CARDS
}.values()
KEY = {"Authorization": "Bearer sk_test_x"}
EXPANDED_INTENTS = "/v1/payment_intents?limit=100&" + "&".join(
    f"expand[]=data.{path}"
    for path in ("latest_charge.refunds", "latest_charge.balance_transaction", "payment_method")
)


@pytest.fixture(autouse=True)
async def _reset(http: httpx.AsyncClient) -> None:
    await http.post("/_control/reset")


async def check(http: httpx.AsyncClient, *paths: str) -> None:
    """Compare every object of the account, also inside events, and the answers at paths."""
    state = (await http.get("/_control/state")).json()
    events = state.pop("events")
    objects = [obj for kind in state.values() for obj in kind.values()]
    objects += [*events, *(event["data"]["object"] for event in events)]
    for path in (EXPANDED_INTENTS, *paths):
        objects.append((await http.get(path, headers=KEY)).json())
    assert [problem for obj in objects for problem in compare_object(obj)] == []


def check_error(response: httpx.Response) -> None:
    error = response.json()["error"]
    assert list(compare_fields(error, stripe.ErrorObject, "error")) == []


@pytest.mark.parametrize("outcome", ["complete", "fail"])
async def test_after_paying_with_every_card(
    client: stripe.StripeClient, http: httpx.AsyncClient, outcome: str
) -> None:
    shipping = {"name": "Ada", "address": {"line1": "12 Example Road"}}
    for card in ONE_OF_EACH:
        intent = await client.v1.payment_intents.create_async(an_intent(shipping=shipping))
        shopper = Shopper(http, intent)
        paid = await shopper.pay(card.number)
        if paid.json().get("status") == "requires_action":
            await shopper.end_challenge(outcome)
    await check(http, "/v1/radar/early_fraud_warnings", "/v1/balance_transactions?limit=100", "/v1/disputes")


@pytest.mark.parametrize("kind", ["card", "grabpay", "paynow"])
async def test_while_and_after_an_action_is_required(
    client: stripe.StripeClient, http: httpx.AsyncClient, kind: str
) -> None:
    for outcome in ("complete", "fail", ""):
        intent = await client.v1.payment_intents.create_async(an_intent())
        shopper = Shopper(http, intent)
        await (shopper.pay("4000000000003220") if kind == "card" else shopper.pay_with(kind))
        if outcome:
            await shopper.end_challenge(outcome)
    await check(http)


async def test_after_a_capture_and_a_cancellation(
    client: stripe.StripeClient, http: httpx.AsyncClient
) -> None:
    for amount in (None, 100):
        intent = await client.v1.payment_intents.create_async(an_intent(capture_method="manual"))
        await pay(client, intent)
        await check(http)
        await client.v1.payment_intents.capture_async(intent.id, {"amount_to_capture": amount or 2590})
    for params in ({}, {"capture_method": "manual", "payment_method": "pm_card_visa"}):
        intent = await client.v1.payment_intents.create_async(an_intent(**params))
        if params:
            await pay(client, intent)
        await client.v1.payment_intents.cancel_async(intent.id)
    await check(http)


async def test_after_refunds(client: stripe.StripeClient, http: httpx.AsyncClient) -> None:
    for method in ("pm_card_visa", "pm_card_pendingRefund", "pm_card_refundFail"):
        payment = await a_payment(client, method)
        refund = await client.v1.refunds.create_async(
            {"payment_intent": payment.id, "amount": 100, "reason": "duplicate", "metadata": {"a": "b"}}
        )
    await http.post(f"/_control/refunds/{refund.id}/settle", data={"outcome": "failed"})
    await check(http, "/v1/refunds?expand[]=data.charge&expand[]=data.balance_transaction")


async def test_after_decided_disputes(client: stripe.StripeClient, http: httpx.AsyncClient) -> None:
    for kind in ("fraudulent", "product_not_received", "inquiry"):
        for outcome in ("won", "lost"):
            payment = await a_payment(client)
            address = f"/_control/payments/{payment.id}/dispute"
            dispute = (await http.post(address, data={"kind": kind})).json()
            await http.post(f"/_control/disputes/{dispute['id']}/settle", data={"outcome": outcome})
    await check(http, "/v1/disputes?expand[]=data.charge&expand[]=data.payment_intent")


async def test_a_session_in_every_state(client: stripe.StripeClient, http: httpx.AsyncClient) -> None:
    sessions = [await client.v1.checkout.sessions.create_async(session_params()) for _ in range(5)]
    changes: tuple[dict[str, str], ...] = (
        {},
        {"number": "4000002500003155"},
        {"method": "paynow"},
        {"number": "4000000000007777"},
    )
    for session, changed in zip(sessions, changes, strict=False):
        await http.post(str(session.url), data={**CARD, **changed})
    await client.v1.checkout.sessions.expire_async(sessions[4].id)
    await client.v1.checkout.sessions.create_async(session_params())
    items = f"/v1/checkout/sessions/{sessions[0].id}/line_items"
    await check(http, items, "/v1/checkout/sessions?expand[]=data.line_items&expand[]=data.payment_intent")


async def test_endpoints_and_refused_requests(client: stripe.StripeClient, http: httpx.AsyncClient) -> None:
    await client.v1.webhook_endpoints.create_async(
        {"url": "https://books.example/hook", "enabled_events": ["*"], "metadata": {"a": "b"}}
    )
    await check(http, "/v1/webhook_endpoints")
    for path in ("/v1/payment_intents/pi_x", "/v1/customers", "/v1/charges?limit=1000"):
        check_error(await http.get(path, headers=KEY))
    form = {"amount": "2590", "currency": "usd", "confirm": "true", "return_url": "https://books.example/"}
    for changed in ({"amount": "1"}, {"payment_method": "pm_card_visa_chargeDeclined"}):
        check_error(await http.post("/v1/payment_intents", headers=KEY, data={**form, **changed}))


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"amount": None}, "charge.amount is null"),
        ({"amount": "5"}, "charge.amount is '5', not (<class 'int'>,)"),
        ({"paid": 1}, "charge.paid is 1, not (<class 'bool'>,)"),
        ({"status": "won"}, "charge.status is 'won', which is not among ['failed', 'pending', 'succeeded']"),
        ({"colour": "red"}, "charge.colour is unknown"),
        ({"review": ...}, "charge.review is missing"),
        ({"outcome": {"type": "authorized"}}, "charge.outcome.reason is missing"),
        ({"payment_method_details": {}}, "charge.payment_method_details.type is missing"),
        (
            {"refunds": {"object": "list", "data": [{"object": "refund"}]}},
            "charge.refunds.data[0].id is missing",
        ),
    ],
)
async def test_the_comparison_finds(
    client: stripe.StripeClient, http: httpx.AsyncClient, changed: dict[str, Any], problem: str
) -> None:
    payment = await a_payment(client)
    charge = (await http.get(f"/v1/charges/{payment.latest_charge.id}", headers=KEY)).json()
    assert list(compare_object(charge)) == []
    wrong = {name: value for name, value in {**charge, **changed}.items() if value is not ...}
    assert problem in list(compare_object(wrong))
