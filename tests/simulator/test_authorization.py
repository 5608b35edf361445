"""A secret key may do everything, a publishable key only what a browser needs."""

import httpx
import pytest
import stripe

from tests.processes import Process
from tests.simulator.payments import Shopper, an_intent

BROWSER_FIELDS = (
    "id object amount canceled_at cancellation_reason capture_method client_secret confirmation_method "
    "created currency description last_payment_error livemode next_action payment_method "
    "payment_method_types receipt_email setup_future_usage shipping status"
)


async def test_a_browser_sees_only_what_stripe_shows_it(http: httpx.AsyncClient, shopper: Shopper) -> None:
    declined = (await shopper.pay("4000000000009995")).json()
    assert set(declined["error"]["payment_intent"]) == set(BROWSER_FIELDS.split())
    seen = (await shopper.read()).json()
    assert set(seen) == set(BROWSER_FIELDS.split())
    assert seen["last_payment_error"]["charge"].startswith("ch_3")
    assert seen["last_payment_error"]["payment_method"]["card"]["last4"] == "9995"
    paid = (await shopper.pay("4242424242424242")).json()
    assert set(paid) == set(BROWSER_FIELDS.split())
    refused = (await shopper.pay("4242424242424242")).json()
    assert set(refused["error"]["payment_intent"]) == set(BROWSER_FIELDS.split())


async def test_an_intent_is_closed_to_a_browser_without_its_secret(
    client: stripe.StripeClient, http: httpx.AsyncClient, intent: stripe.PaymentIntent
) -> None:
    other = await client.v1.payment_intents.create_async(an_intent())
    path = f"/v1/payment_intents/{intent.id}"
    for secret in ({}, {"client_secret": str(other.client_secret)}):
        identity = {"key": "pk_test_bookshop", **secret}
        assert (await http.get(path, params=identity)).status_code == 400
        assert (await http.post(f"{path}/confirm", data=identity)).status_code == 400


@pytest.mark.parametrize("path", ["", "/{id}/cancel", "/{id}"])
async def test_a_browser_may_not_do_the_servers_work(
    http: httpx.AsyncClient, intent: stripe.PaymentIntent, path: str
) -> None:
    form = {"key": "pk_test_bookshop", "client_secret": str(intent.client_secret), "amount": "1"}
    answer = await http.post("/v1/payment_intents" + path.format(id=intent.id), data=form)
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "secret_key_required"


async def test_a_browser_of_any_origin_may_call(http: httpx.AsyncClient, shopper: Shopper) -> None:
    assert (await shopper.read()).headers["Access-Control-Allow-Origin"] == "*"
    preflight = await http.options("/v1/payment_intents/pi_x/confirm")
    assert preflight.status_code == 200
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]


@pytest.mark.parametrize("key", ["sk_live_1", "rk_live_1", "pk_live_1", "sk_tset_1", "pk_test_1"])
async def test_only_a_secret_test_key_may_list(simulator: Process, http: httpx.AsyncClient, key: str) -> None:
    answer = await http.get("/v1/charges", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 401
    assert (await http.get("/v1/charges", params={"key": key})).status_code == 401
    assert (await http.get("/v1/charges")).status_code == 401


async def test_a_live_key_is_an_authentication_error(simulator: Process) -> None:
    transport = stripe.HTTPXClient()
    client = stripe.StripeClient(
        "sk_live_bookshop", http_client=transport, base_addresses={"api": simulator.url}
    )
    with pytest.raises(stripe.AuthenticationError):
        await client.v1.payment_intents.create_async(an_intent())
    await transport.close_async()  # type: ignore[no-untyped-call]  # the library leaves it bare


@pytest.mark.parametrize("key", ["sk_test_x", "rk_test_x"])
async def test_a_key_may_be_a_user_name(http: httpx.AsyncClient, key: str) -> None:
    assert (await http.get("/v1/payment_intents", auth=(key, ""))).status_code == 200


@pytest.mark.parametrize(
    "header", ["Basic", "Basic ?", "Basic /w==", "Digest x", "Bearer", "Basic cGtfdGVzdF94Og=="]
)
async def test_other_headers_are_refused(http: httpx.AsyncClient, header: str) -> None:
    refused = await http.get("/v1/payment_intents", headers={"Authorization": header})
    assert refused.status_code == 401


async def test_a_live_key_is_refused_as_a_user_name_too(http: httpx.AsyncClient) -> None:
    refused = await http.get("/v1/payment_intents", auth=("sk_live_x", ""))
    assert "simulator" in refused.json()["error"]["message"]
