"""A payment is confirmed with a card, which pays, is declined or is challenged as at Stripe."""

import httpx
import pytest
import stripe

from bookshop.simulator.cards import CARDS, Behaviour, TestCard
from tests.simulator.payments import Shopper, an_alias, event_types, finish_processing, pay, read

DECLINED = [card for card in CARDS if card.behaviour is Behaviour.DECLINE]
CHALLENGED = [card for card in CARDS if card.behaviour is Behaviour.CHALLENGE]
CHALLENGED_THEN_DECLINED = [card for card in CARDS if card.behaviour is Behaviour.CHALLENGE_THEN_DECLINE]
PAID = [card for card in CARDS if card.behaviour is Behaviour.SUCCEED]
PROCESSING = [card for card in CARDS if card.behaviour in (Behaviour.PROCESS, Behaviour.PROCESS_THEN_FAIL)]


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


async def test_a_number_that_is_not_for_tests_is_declined(
    client: stripe.StripeClient, intent: stripe.PaymentIntent, shopper: Shopper
) -> None:
    refused = await shopper.pay("4111111111111111")
    error = refused.json()["error"]
    assert refused.status_code == 402
    assert (error["code"], error["decline_code"]) == ("card_declined", "test_mode_live_card")
    assert "charge" not in error
    assert (await read(client, intent)).status == "requires_payment_method"


@pytest.mark.parametrize(
    ("number", "brand", "funding", "country"),
    [
        ("4000056655665556", "visa", "debit", "US"),
        ("2223003122003222", "mastercard", "credit", "US"),
        ("5105105105105100", "mastercard", "prepaid", "US"),
        ("371449635398431", "amex", "credit", "US"),
        ("6011981111111113", "discover", "debit", "US"),
        ("36227206271667", "diners", "credit", "US"),
        ("3530111333300000", "jcb", "credit", "JP"),
        ("6205500000000000004", "unionpay", "credit", "US"),
        ("4000007020000003", "visa", "credit", "SG"),
    ],
)
async def test_a_charge_shows_what_card_it_was(
    client: stripe.StripeClient,
    intent: stripe.PaymentIntent,
    shopper: Shopper,
    number: str,
    brand: str,
    funding: str,
    country: str,
) -> None:
    await shopper.pay(number)
    card = (await read(client, intent)).latest_charge.payment_method_details.card
    assert (card.brand, card.network, card.funding, card.country) == (brand, brand, funding, country)


@pytest.mark.parametrize(
    ("alias", "field", "value"),
    [
        ("cvcCheckFail", "cvc_check", None),
        ("avsZipFail", "address_postal_code_check", "fail"),
        ("avsLine1Fail", "address_line1_check", "fail"),
        ("avsUnchecked", "address_line1_check", "unavailable"),
        ("visa", "address_line1_check", None),
    ],
)
async def test_a_bank_checks_what_was_entered(
    client: stripe.StripeClient, intent: stripe.PaymentIntent, alias: str, field: str, value: str | None
) -> None:
    checks = (await pay(client, intent, f"pm_card_{alias}")).latest_charge.payment_method_details.card.checks
    assert checks[field] == value


async def test_a_code_that_was_entered_may_be_wrong(
    client: stripe.StripeClient, intent: stripe.PaymentIntent, shopper: Shopper
) -> None:
    await shopper.pay("4000000000000101")
    paid = await read(client, intent)
    assert paid.latest_charge.payment_method_details.card.checks.cvc_check == "fail"
    assert paid.latest_charge.outcome.risk_level == "normal"


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
    assert await event_types(http, intent) == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
    ]


@pytest.mark.parametrize("card", DECLINED, ids=lambda card: card.number)
async def test_a_declined_card_has_a_reason(
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
    assert await event_types(http, intent) == [
        "payment_intent.created",
        *["charge.failed", "payment_intent.payment_failed"] * 2,
    ]


async def test_another_card_may_follow_a_declined_one(
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
async def test_a_mistyped_card_is_refused_before_it_is_charged(
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
async def test_a_bank_may_challenge(
    client: stripe.StripeClient,
    http: httpx.AsyncClient,
    intent: stripe.PaymentIntent,
    shopper: Shopper,
    card: TestCard,
) -> None:
    asked = (await shopper.pay(card.number)).json()
    assert (asked["status"], asked["next_action"]["type"]) == ("requires_action", "use_stripe_sdk")
    assert (await shopper.end_challenge("complete")).json()["status"] == "succeeded"
    paid = await read(client, intent)
    assert paid.next_action is None
    assert paid.latest_charge.payment_method_details.card.three_d_secure.result == "authenticated"
    assert "payment_intent.requires_action" in await event_types(http, intent)


async def test_after_a_failed_challenge_another_card_may_be_tried(
    http: httpx.AsyncClient, intent: stripe.PaymentIntent, shopper: Shopper
) -> None:
    await shopper.pay("4000002500003155")
    refused = (await shopper.end_challenge("fail")).json()
    assert refused["status"] == "requires_payment_method"
    assert refused["last_payment_error"]["code"] == "payment_intent_authentication_failure"
    assert (await event_types(http, intent))[-1] == "payment_intent.payment_failed"
    assert (await shopper.end_challenge("complete")).status_code == 400
    assert (await shopper.pay("4242424242424242")).json()["status"] == "succeeded"


@pytest.mark.parametrize("card", CHALLENGED_THEN_DECLINED, ids=lambda card: card.number)
async def test_a_bank_may_challenge_and_then_decline(shopper: Shopper, card: TestCard) -> None:
    assert (await shopper.pay(card.number)).json()["status"] == "requires_action"
    declined = await shopper.end_challenge("complete")
    assert declined.status_code == 402
    error = declined.json()["error"]
    assert (error["code"], error["decline_code"]) == (card.code, card.decline_code)


@pytest.mark.parametrize("outcome", ["succeeded", "failed"])
@pytest.mark.parametrize("card", PROCESSING, ids=lambda card: card.number)
async def test_a_payment_may_stay_in_processing(
    client: stripe.StripeClient,
    http: httpx.AsyncClient,
    intent: stripe.PaymentIntent,
    card: TestCard,
    outcome: str,
) -> None:
    waiting = await pay(client, intent, an_alias(card))
    assert (waiting.status, waiting.latest_charge.status) == ("processing", "pending")
    assert (await finish_processing(http, intent, outcome)).status_code == 200
    settled = await read(client, intent)
    wanted = "succeeded" if outcome == "succeeded" else "requires_payment_method"
    assert (settled.status, settled.latest_charge.status) == (wanted, outcome)
    assert (await finish_processing(http, intent, outcome)).status_code == 400


async def test_a_server_must_send_a_return_url(
    client: stripe.StripeClient, intent: stripe.PaymentIntent
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.payment_intents.confirm_async(intent.id, {"payment_method": "pm_card_visa"})
    assert refused.value.param == "return_url"
