"""The simulator answers Stripe's own library as Stripe does."""

import asyncio
import re
from typing import Any, cast
from uuid import uuid4

import httpx
import pytest
import stripe
from stripe.params import PaymentIntentCreateParams, PaymentIntentUpdateParams

from bookshop.simulator.cards import CARDS, Behaviour, TestCard
from tests.payments.stripe_account import SECRET_KEY
from tests.processes import Process

RETURN_URL = "https://books.example/return"
# what Stripe's OpenAPI description and its library's types demand
REQUIRED = {
    "payment_intent": "amount capture_method confirmation_method created currency id livemode object "
    "payment_method_types status amount_capturable amount_received metadata",
    "charge": "amount amount_captured amount_refunded billing_details captured created currency disputed id "
    "livemode metadata object paid refunded status",
    "event": "created data id livemode object pending_webhooks type",
    "payment_method": "billing_details created id livemode object type",
    "list": "data has_more object url",
}
BROWSER_FIELDS = (
    "id object amount canceled_at cancellation_reason capture_method client_secret confirmation_method "
    "created currency description last_payment_error livemode next_action payment_method "
    "payment_method_types receipt_email setup_future_usage shipping status"
)
UNPAID = [card for card in CARDS if card.behaviour is Behaviour.DECLINE]
CHALLENGED = [card for card in CARDS if card.behaviour is Behaviour.CHALLENGE]
IN_VAIN = [card for card in CARDS if card.behaviour is Behaviour.CHALLENGE_THEN_DECLINE]
PAID = [card for card in CARDS if card.behaviour is Behaviour.SUCCEED]
PROCESSING = [card for card in CARDS if card.behaviour in (Behaviour.PROCESS, Behaviour.PROCESS_THEN_FAIL)]


class Shopper:
    """A browser: it has the publishable key and an intent's secret, and sends cards."""

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

    async def answer_the_bank(self, outcome: str) -> httpx.Response:
        return await self.post("challenge", {"outcome": outcome})

    async def look(self) -> httpx.Response:
        return await self._http.get(self._path, params=self._identity)

    async def post(self, action: str, form: dict[str, str]) -> httpx.Response:
        return await self._http.post(f"{self._path}/{action}", data={**form, **self._identity})


@pytest.fixture
async def intent(client: stripe.StripeClient) -> stripe.PaymentIntent:
    return await client.v1.payment_intents.create_async(an_intent())


@pytest.fixture
def shopper(http: httpx.AsyncClient, intent: stripe.PaymentIntent) -> Shopper:
    return Shopper(http, intent)


def an_intent(**changed: Any) -> PaymentIntentCreateParams:
    params: dict[str, Any] = {
        "amount": 2590,
        "currency": "sgd",
        "automatic_payment_methods": {"enabled": True},
    }
    params.update(changed)
    return cast(PaymentIntentCreateParams, params)


def an_alias(card: TestCard) -> str:
    return f"pm_card_{card.alias}"


async def pay(client: stripe.StripeClient, intent: stripe.PaymentIntent, method: str = "pm_card_visa") -> Any:
    return await client.v1.payment_intents.confirm_async(
        intent.id, {"payment_method": method, "return_url": RETURN_URL, "expand": ["latest_charge"]}
    )


async def read(client: stripe.StripeClient, intent: stripe.PaymentIntent) -> Any:
    return await client.v1.payment_intents.retrieve_async(intent.id, {"expand": ["latest_charge"]})


async def settle(http: httpx.AsyncClient, intent: stripe.PaymentIntent, outcome: str) -> httpx.Response:
    return await http.post(f"/_control/payment_intents/{intent.id}/settle", data={"outcome": outcome})


async def count_requests(http: httpx.AsyncClient) -> int:
    return len((await http.get("/_control/requests")).json())


async def types_told(http: httpx.AsyncClient, intent: stripe.PaymentIntent) -> list[str]:
    events = (await http.get("/_control/state")).json()["events"]
    subjects = [(event["type"], event["data"]["object"]) for event in events]
    return [kind for kind, subject in subjects if intent.id in (subject["id"], subject.get("payment_intent"))]


async def test_a_new_intent_waits_for_a_card(
    client: stripe.StripeClient, http: httpx.AsyncClient, intent: stripe.PaymentIntent
) -> None:
    assert re.fullmatch("pi_3[0-9A-Za-z]{24}", intent.id)
    assert re.fullmatch(intent.id + "_secret_[0-9A-Za-z]{25}", str(intent.client_secret))
    assert (intent.status, intent.amount, intent.currency) == ("requires_payment_method", 2590, "sgd")
    assert (intent.livemode, intent.amount_received, intent.latest_charge) == (False, 0, None)
    assert await types_told(http, intent) == ["payment_intent.created"]


async def test_every_object_has_the_fields_that_stripe_promises(
    client: stripe.StripeClient, intent: stripe.PaymentIntent
) -> None:
    paid = await client.v1.payment_intents.confirm_async(
        intent.id,
        {
            "payment_method": "pm_card_visa",
            "return_url": RETURN_URL,
            "expand": ["latest_charge", "payment_method"],
        },
    )
    events = await client.v1.events.list_async()
    seen = [intent, paid, paid.latest_charge, paid.payment_method, events, events.data[0]]
    for thing in seen:
        assert isinstance(thing, stripe.StripeObject)
        fields = thing.to_dict()
        assert set(REQUIRED[fields["object"]].split()) <= set(fields)
    assert {thing.object for thing in seen} == set(REQUIRED)  # type: ignore[union-attr]  # checked above


@pytest.mark.parametrize("card", PAID, ids=lambda card: card.number)
async def test_a_good_card_pays(
    client: stripe.StripeClient, intent: stripe.PaymentIntent, shopper: Shopper, card: TestCard
) -> None:
    assert (await shopper.pay(card.number)).json()["status"] == "succeeded"
    paid = await read(client, intent)
    assert paid.amount_received == paid.latest_charge.amount_captured == 2590
    assert paid.latest_charge.paid
    assert paid.latest_charge.payment_method_details.card.last4 == card.number[-4:]
    assert paid.latest_charge.outcome.type == "authorized"


async def test_any_card_that_could_be_one_pays(shopper: Shopper) -> None:
    assert (await shopper.pay("4111111111111111")).json()["status"] == "succeeded"


@pytest.mark.parametrize(
    ("alias", "brand"),
    [("pm_card_visa", "visa"), ("pm_card_mastercard", "mastercard"), ("pm_card_amex", "amex")],
)
async def test_the_server_may_pay_by_alias(
    client: stripe.StripeClient, http: httpx.AsyncClient, intent: stripe.PaymentIntent, alias: str, brand: str
) -> None:
    paid = await pay(client, intent, alias)
    assert paid.status == "succeeded"
    assert paid.latest_charge.payment_method_details.card.brand == brand
    assert await types_told(http, intent) == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
    ]


@pytest.mark.parametrize("card", UNPAID, ids=lambda card: card.number)
async def test_a_bad_card_says_why(
    client: stripe.StripeClient,
    http: httpx.AsyncClient,
    intent: stripe.PaymentIntent,
    shopper: Shopper,
    card: TestCard,
) -> None:
    with pytest.raises(stripe.CardError) as declined:
        await pay(client, intent, an_alias(card))
    error = declined.value
    assert error.http_status == 402
    assert error.code == card.code
    assert error.user_message == card.message
    by_browser = await shopper.pay(card.number)
    assert by_browser.status_code == 402
    assert by_browser.json()["error"].get("decline_code") == card.decline_code
    left = await read(client, intent)
    assert left.status == "requires_payment_method"
    assert left.payment_method is None
    assert left.last_payment_error.message == card.message
    assert (left.latest_charge.status, left.latest_charge.failure_code) == ("failed", card.code)
    assert await types_told(http, intent) == [
        "payment_intent.created",
        *["charge.failed", "payment_intent.payment_failed"] * 2,
    ]


async def test_another_card_may_follow_a_bad_one(
    client: stripe.StripeClient, intent: stripe.PaymentIntent, shopper: Shopper
) -> None:
    await shopper.pay("4000000000000002")
    assert (await shopper.pay("4242424242424242")).json()["status"] == "succeeded"
    assert (await read(client, intent)).last_payment_error is None
    charges = await client.v1.charges.list_async({"payment_intent": intent.id})
    assert [charge.status for charge in charges.data] == ["succeeded", "failed"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"number": "4242424242424241"}, "incorrect_number"),
        ({"number": "4242"}, "incorrect_number"),
        ({"exp_month": "13"}, "invalid_expiry_month"),
        ({"exp_year": "2020"}, "invalid_expiry_year"),
        ({"exp_year": "20500"}, "invalid_expiry_year"),
        ({"cvc": "12"}, "invalid_cvc"),
        ({"number": "378282246310005", "cvc": "12345"}, "invalid_cvc"),
    ],
)
async def test_a_card_mistyped_is_refused_before_any_bank(
    client: stripe.StripeClient,
    intent: stripe.PaymentIntent,
    shopper: Shopper,
    changed: dict[str, str],
    code: str,
) -> None:
    answer = await shopper.pay(**{"number": "4242424242424242", **changed})
    assert answer.status_code == 402
    assert (answer.json()["error"]["type"], answer.json()["error"]["code"]) == ("card_error", code)
    assert (await read(client, intent)).latest_charge is None


@pytest.mark.parametrize("card", CHALLENGED, ids=lambda card: card.number)
async def test_a_bank_may_ask_first(
    client: stripe.StripeClient,
    http: httpx.AsyncClient,
    intent: stripe.PaymentIntent,
    shopper: Shopper,
    card: TestCard,
) -> None:
    asked = (await shopper.pay(card.number)).json()
    assert (asked["status"], asked["next_action"]["type"]) == ("requires_action", "use_stripe_sdk")
    assert (await shopper.answer_the_bank("complete")).json()["status"] == "succeeded"
    paid = await read(client, intent)
    assert paid.next_action is None
    assert paid.latest_charge.payment_method_details.card.three_d_secure.result == "authenticated"
    assert "payment_intent.requires_action" in await types_told(http, intent)


async def test_who_does_not_convince_the_bank_may_try_again(
    http: httpx.AsyncClient, intent: stripe.PaymentIntent, shopper: Shopper
) -> None:
    await shopper.pay("4000002500003155")
    refused = (await shopper.answer_the_bank("fail")).json()
    assert refused["status"] == "requires_payment_method"
    assert refused["last_payment_error"]["code"] == "payment_intent_authentication_failure"
    assert (await types_told(http, intent))[-1] == "payment_intent.payment_failed"
    assert (await shopper.answer_the_bank("complete")).status_code == 400
    assert (await shopper.pay("4242424242424242")).json()["status"] == "succeeded"


@pytest.mark.parametrize("card", IN_VAIN, ids=lambda card: card.number)
async def test_a_bank_may_ask_and_decline_all_the_same(shopper: Shopper, card: TestCard) -> None:
    assert (await shopper.pay(card.number)).json()["status"] == "requires_action"
    declined = await shopper.answer_the_bank("complete")
    assert declined.status_code == 402
    error = declined.json()["error"]
    assert (error["code"], error["decline_code"]) == (card.code, card.decline_code)


@pytest.mark.parametrize("outcome", ["succeeded", "failed"])
@pytest.mark.parametrize("card", PROCESSING, ids=lambda card: card.number)
async def test_a_payment_may_take_its_time(
    client: stripe.StripeClient,
    http: httpx.AsyncClient,
    intent: stripe.PaymentIntent,
    card: TestCard,
    outcome: str,
) -> None:
    waiting = await pay(client, intent, an_alias(card))
    assert (waiting.status, waiting.latest_charge.status) == ("processing", "pending")
    assert (await settle(http, intent, outcome)).status_code == 200
    settled = await read(client, intent)
    wanted = "succeeded" if outcome == "succeeded" else "requires_payment_method"
    assert (settled.status, settled.latest_charge.status) == (wanted, outcome)
    assert (await settle(http, intent, outcome)).status_code == 400


async def test_a_browser_sees_only_what_stripe_shows_it(http: httpx.AsyncClient, shopper: Shopper) -> None:
    declined = (await shopper.pay("4000000000009995")).json()
    assert set(declined["error"]["payment_intent"]) == set(BROWSER_FIELDS.split())
    seen = (await shopper.look()).json()
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


async def test_a_browser_of_any_origin_may_ask(http: httpx.AsyncClient, shopper: Shopper) -> None:
    assert (await shopper.look()).headers["Access-Control-Allow-Origin"] == "*"
    preflight = await http.options("/v1/payment_intents/pi_x/confirm")
    assert preflight.status_code == 200
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]


@pytest.mark.parametrize("key", ["sk_live_1", "rk_live_1", "pk_live_1", "sk_tset_1", "pk_test_1"])
async def test_only_a_secret_test_key_is_let_in(
    simulator: Process, http: httpx.AsyncClient, key: str
) -> None:
    answer = await http.get("/v1/charges", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 401
    assert (await http.get("/v1/charges", params={"key": key})).status_code == 401
    assert (await http.get("/v1/charges")).status_code == 401


async def test_the_library_hears_that_a_live_key_is_refused(simulator: Process) -> None:
    transport = stripe.HTTPXClient()
    client = stripe.StripeClient(
        "sk_live_bookshop", http_client=transport, base_addresses={"api": simulator.url}
    )
    with pytest.raises(stripe.AuthenticationError):
        await client.v1.payment_intents.create_async(an_intent())
    await transport.close_async()  # type: ignore[no-untyped-call]  # the library leaves it bare


async def test_the_same_key_gives_the_same_answer(client: stripe.StripeClient) -> None:
    key = uuid4().hex
    first, second = [
        await client.v1.payment_intents.create_async(an_intent(), {"idempotency_key": key}) for _ in range(2)
    ]
    assert first.id == second.id
    assert first.last_response is not None
    assert second.last_response is not None
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    assert re.fullmatch("req_[0-9A-Za-z]{14}", str(second.last_response.request_id))


async def test_a_decline_is_given_again_too(
    client: stripe.StripeClient, intent: stripe.PaymentIntent
) -> None:
    for _ in range(2):
        with pytest.raises(stripe.CardError):
            await client.v1.payment_intents.confirm_async(
                intent.id,
                {"payment_method": "pm_card_visa_chargeDeclined", "return_url": RETURN_URL},
                {"idempotency_key": f"pay-{intent.id}"},
            )
    assert len((await client.v1.charges.list_async({"payment_intent": intent.id})).data) == 1


async def test_a_key_belongs_to_one_request(
    client: stripe.StripeClient, intent: stripe.PaymentIntent
) -> None:
    key = uuid4().hex
    await client.v1.payment_intents.create_async(an_intent(), {"idempotency_key": key})
    with pytest.raises(stripe.IdempotencyError) as conflict:
        await client.v1.payment_intents.create_async(an_intent(amount=900), {"idempotency_key": key})
    assert conflict.value.http_status == 400
    with pytest.raises(stripe.IdempotencyError):
        await client.v1.payment_intents.cancel_async(intent.id, {}, {"idempotency_key": key})


async def test_a_request_refused_may_be_put_right_under_its_key(client: stripe.StripeClient) -> None:
    key = uuid4().hex
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.payment_intents.create_async(an_intent(amount=1), {"idempotency_key": key})
    put_right = await client.v1.payment_intents.create_async(an_intent(), {"idempotency_key": key})
    assert put_right.amount == 2590


async def test_a_key_is_taken_while_its_request_is_under_way(
    simulator: Process, client: stripe.StripeClient, http: httpx.AsyncClient
) -> None:
    key = uuid4().hex
    body = b"amount=2590&currency=sgd"
    reader, writer = await asyncio.open_connection("127.0.0.1", int(simulator.url.rsplit(":", 1)[1]))
    head = [
        "POST /v1/payment_intents HTTP/1.1",
        "Host: localhost",
        f"Authorization: Bearer {SECRET_KEY}",
        f"Idempotency-Key: {key}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    before = await count_requests(http)
    writer.write("\r\n".join([*head, "", ""]).encode() + body[:5])
    while await count_requests(http) == before:
        pass
    # the library has an IdempotencyError for 400 only
    with pytest.raises(stripe.APIError) as busy:
        await client.v1.payment_intents.create_async(an_intent(), {"idempotency_key": key})
    assert busy.value.http_status == 409
    assert "idempotency_key_in_use" in str(busy.value.http_body)
    writer.write(body[5:])
    answer = await reader.read()
    assert answer.startswith(b"HTTP/1.1 200")
    writer.close()
    await writer.wait_closed()


async def test_an_unpaid_intent_may_change(client: stripe.StripeClient, intent: stripe.PaymentIntent) -> None:
    params: PaymentIntentUpdateParams = {"amount": 3000, "metadata": {"order": "A1", "note": "x"}}
    await client.v1.payment_intents.update_async(intent.id, params)
    changed = await client.v1.payment_intents.update_async(intent.id, {"metadata": {"note": ""}})
    assert changed.amount == 3000
    assert changed.metadata is not None
    assert changed.metadata.to_dict() == {"order": "A1"}


async def test_a_challenge_for_another_amount_is_void(
    client: stripe.StripeClient, intent: stripe.PaymentIntent, shopper: Shopper
) -> None:
    await shopper.pay("4000002500003155")
    changed = await client.v1.payment_intents.update_async(intent.id, {"amount": 3000})
    assert changed.status == "requires_confirmation"
    assert (await shopper.answer_the_bank("complete")).status_code == 400


async def test_a_decided_payment_stays_as_it_is(
    client: stripe.StripeClient, intent: stripe.PaymentIntent
) -> None:
    await pay(client, intent)
    intents = client.v1.payment_intents
    for attempt in (
        pay(client, intent),
        intents.update_async(intent.id, {"amount": 3000}),
        intents.cancel_async(intent.id),
    ):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            await attempt
        assert (refused.value.http_status, refused.value.code) == (400, "payment_intent_unexpected_state")
    assert (await read(client, intent)).amount == 2590


@pytest.mark.parametrize("card", [None, "4000000000000002", "4000002500003155"])
async def test_an_unpaid_intent_may_be_cancelled(
    client: stripe.StripeClient,
    http: httpx.AsyncClient,
    intent: stripe.PaymentIntent,
    shopper: Shopper,
    card: str | None,
) -> None:
    if card:
        await shopper.pay(card)
    cancelled = await client.v1.payment_intents.cancel_async(intent.id, {"cancellation_reason": "abandoned"})
    assert (cancelled.status, cancelled.cancellation_reason) == ("canceled", "abandoned")
    assert cancelled.canceled_at
    assert (await types_told(http, intent))[-1] == "payment_intent.canceled"
    assert (await shopper.pay("4242424242424242")).status_code == 400


async def test_a_payment_on_its_way_cannot_be_cancelled(
    client: stripe.StripeClient, http: httpx.AsyncClient, intent: stripe.PaymentIntent
) -> None:
    await pay(client, intent, "pm_card_processing")
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.payment_intents.cancel_async(intent.id)
    await settle(http, intent, "succeeded")


async def test_an_id_becomes_its_object_when_that_is_asked(
    client: stripe.StripeClient, intent: stripe.PaymentIntent
) -> None:
    await pay(client, intent)
    bare = await client.v1.payment_intents.retrieve_async(intent.id)
    assert isinstance(bare.latest_charge, str)
    charge = await client.v1.charges.retrieve_async(bare.latest_charge, {"expand": ["payment_intent"]})
    assert isinstance(charge.payment_intent, stripe.PaymentIntent)
    listed = await client.v1.payment_intents.list_async({"limit": 1, "expand": ["data.latest_charge"]})
    assert isinstance(listed.data[0].latest_charge, stripe.Charge)
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.payment_intents.retrieve_async(intent.id, {"expand": ["amount"]})


async def test_a_list_is_read_page_by_page(client: stripe.StripeClient) -> None:
    made = [(await client.v1.payment_intents.create_async(an_intent())).id for _ in range(5)]
    page = await client.v1.payment_intents.list_async({"limit": 2})
    assert page.has_more
    pages = await client.v1.payment_intents.list_async({"limit": 3})
    read = [each.id async for each in pages.auto_paging_iter()]
    assert read[:5] == made[::-1]
    assert len(read) == len(set(read))
    beyond = await client.v1.payment_intents.list_async({"starting_after": read[-1]})
    assert (beyond.data, beyond.has_more) == ([], False)


async def test_events_are_found_by_type_and_id(
    client: stripe.StripeClient, intent: stripe.PaymentIntent
) -> None:
    await client.v1.payment_intents.cancel_async(intent.id, {}, {"idempotency_key": f"cancel-{intent.id}"})
    events = await client.v1.events.list_async({"type": "payment_intent.canceled", "limit": 1})
    event = await client.v1.events.retrieve_async(events.data[0].id)
    assert event.request is not None
    assert str(event.request.id).startswith("req_")
    assert event.request.idempotency_key == f"cancel-{intent.id}"
    assert event.data.object["status"] == "canceled"


@pytest.mark.parametrize(
    ("params", "code", "field"),
    [
        ({"amount": 49}, "amount_too_small", "amount"),
        ({"amount": 0}, "parameter_invalid_integer", "amount"),
        ({"amount": "25.90"}, "parameter_invalid_integer", "amount"),
        ({"amount": 100_000_000}, "amount_too_large", "amount"),
        ({"amount": ""}, "parameter_missing", "amount"),
        ({"currency": ""}, "parameter_missing", "currency"),
        ({"currency": "zzz"}, None, "currency"),
        ({"receipt_email": "nobody"}, "email_invalid", "receipt_email"),
        (
            {"payment_method_types": ["card"]},
            "payment_method_types_no_longer_supported",
            "payment_method_types",
        ),
        ({"colour": "red"}, "parameter_unknown", "colour"),
        ({"shipping": {"name": "A", "addres": "1 Book Street"}}, "parameter_unknown", "shipping[addres]"),
        ({"shipping": {"address": {"line1": "1"}}}, "parameter_missing", "shipping[name]"),
    ],
)
async def test_what_makes_no_sense_is_refused_by_name(
    client: stripe.StripeClient, params: dict[str, Any], code: str | None, field: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.payment_intents.create_async(an_intent(**params))
    error = refused.value
    assert (error.http_status, error.code, error.param) == (400, code, field)


async def test_a_server_must_say_where_the_shopper_returns(
    client: stripe.StripeClient, intent: stripe.PaymentIntent
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.payment_intents.confirm_async(intent.id, {"payment_method": "pm_card_visa"})
    assert refused.value.param == "return_url"


async def test_an_intent_may_be_made_and_paid_at_once(client: stripe.StripeClient) -> None:
    params = an_intent(confirm=True, payment_method="pm_card_visa", return_url=RETURN_URL)
    assert (await client.v1.payment_intents.create_async(params)).status == "succeeded"


@pytest.mark.parametrize(
    "path",
    ["payment_intents/pi_x", "charges/ch_x", "events/evt_x", "charges?payment_intent=pi_x", "refunnds"],
)
async def test_what_is_not_there_is_missing(http: httpx.AsyncClient, path: str) -> None:
    answer = await http.get(f"/v1/{path}", headers={"Authorization": f"Bearer {SECRET_KEY}"})
    assert answer.status_code == 404
    assert answer.headers["Request-Id"].startswith("req_")
    assert answer.json()["error"]["type"] == "invalid_request_error"


async def test_a_reset_forgets_everything(http: httpx.AsyncClient, intent: stripe.PaymentIntent) -> None:
    assert (await http.get("/_control/state")).json()["payment_intents"]
    await http.post("/_control/reset")
    assert not any((await http.get("/_control/state")).json().values())
    assert (await http.get("/_control/requests")).json() == []
