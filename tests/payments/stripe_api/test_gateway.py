"""The gateway speaks Stripe's API, and says its failures in the shop's words."""

import asyncio
import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import stripe

from bookshop.orders.order import Delivery
from bookshop.orders.payment_attempt import FIRST_ATTEMPT
from bookshop.payments.errors import (
    BadMessage,
    BadSignature,
    IdempotencyKeyReused,
    KeyRejected,
    ProviderUnavailable,
    RequestRefused,
    UnknownPayment,
)
from bookshop.payments.stripe_api.gateway import StripeGateway
from tests.builders import AN_ADDRESS, SHOP_ID, an_order, sgd
from tests.payments.stripe_account import Account
from tests.processes import SIMULATOR_SECRET, free_port


async def test_stripe_gets_all_it_needs_and_no_more(gateway: StripeGateway, account: Account) -> None:
    order = an_order(delivery=Delivery.DELIVER, address=AN_ADDRESS)
    intent = await gateway.create_payment(order, SHOP_ID)
    stored = await account.read(intent.update.intent_id)
    assert stored["amount"] == order.total.minor
    assert stored["currency"] == "sgd"
    assert stored["metadata"] == {
        "order": order.id,
        "shop": SHOP_ID,
        "name": order.name,
        "email": order.email,
        "books": f"{order.lines[0].isbn}×1",
    }
    assert stored["receipt_email"] == order.email
    assert stored["shipping"]["address"]["postal_code"] == AN_ADDRESS.postcode
    assert stored["automatic_payment_methods"]["enabled"] is True
    assert order.token not in json.dumps(stored)


async def test_stripe_gets_no_address_of_an_order_that_is_collected(
    gateway: StripeGateway, account: Account
) -> None:
    intent = await gateway.create_payment(an_order(), SHOP_ID)
    assert (await account.read(intent.update.intent_id))["shipping"] is None


async def test_asking_again_gives_the_same_intent(gateway: StripeGateway, account: Account) -> None:
    order = an_order()
    intents = await asyncio.gather(*(gateway.create_payment(order, SHOP_ID) for _ in range(3)))
    assert len({intent.update.intent_id for intent in intents}) == 1
    assert len(await account.list_intents(order.id)) == 1


async def test_another_version_of_an_order_has_another_intent(gateway: StripeGateway) -> None:
    order = an_order()
    first, second = [
        await gateway.create_payment(replace(order, attempt=replace(FIRST_ATTEMPT, version=n)), SHOP_ID)
        for n in (1, 2)
    ]
    assert first.update.intent_id != second.update.intent_id


async def test_what_comes_back_is_our_own_order(gateway: StripeGateway) -> None:
    order = an_order()
    made = await gateway.create_payment(order, SHOP_ID)
    read = await gateway.read_payment(made.update.intent_id)
    assert read == made
    assert (read.update.order_id, read.update.amount, read.update.received) == (order.id, order.total, sgd(0))
    assert read.client_secret.startswith(read.update.intent_id)


async def test_the_same_key_with_other_parameters_is_an_error(gateway: StripeGateway) -> None:
    order = an_order()
    await gateway.create_payment(order, SHOP_ID)
    with pytest.raises(IdempotencyKeyReused):
        await gateway.create_payment(replace(order, email="other@example.com"), SHOP_ID)


async def test_an_amount_too_small_is_refused_by_name(gateway: StripeGateway) -> None:
    with pytest.raises(RequestRefused) as refused:
        await gateway.create_payment(an_order(total=sgd(1)), SHOP_ID)
    assert (refused.value.code, refused.value.field) == ("amount_too_small", "amount")


async def test_an_intent_of_another_account_is_unknown(gateway: StripeGateway) -> None:
    with pytest.raises(UnknownPayment):
        await gateway.read_payment("pi_of_nobody")


async def test_cancelling_a_paid_intent_returns_that_it_is_paid(
    gateway: StripeGateway, account: Account
) -> None:
    intent = await gateway.create_payment(an_order(), SHOP_ID)
    await account.pay(intent.update.intent_id)
    assert (await gateway.cancel_payment(intent.update.intent_id)).status == "succeeded"


async def test_no_answer_is_an_error_within_the_bound() -> None:
    gateway = StripeGateway("sk_test_x", (), f"http://127.0.0.1:{free_port()}")
    with pytest.raises(ProviderUnavailable):
        await gateway.read_payment("pi_1")
    await gateway.close()


async def test_failures_are_logged_without_keys_or_secrets(
    gateway: StripeGateway, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(UnknownPayment):
        await gateway.read_payment("pi_of_nobody")
    assert "resource_missing" in caplog.text
    assert "sk_test" not in caplog.text


EVENT = {
    "id": "evt_1",
    "object": "event",
    "type": "payment_intent.succeeded",
    "livemode": False,
    "data": {"object": {"id": "pi_1", "object": "payment_intent"}},
}


def sign(body: str, secret: str = SIMULATOR_SECRET, at: int | None = None) -> str:
    return str(stripe.WebhookSignature.generate_signature_header(body, secret, at))


async def test_a_failure_on_a_later_page_of_a_list_is_logged_too(
    gateway: StripeGateway,
    account: Account,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("bookshop.payments.stripe_api.gateway.PAGE_SIZE", 1)
    for _ in range(2):
        await gateway.create_payment(an_order(), SHOP_ID)
    listed = gateway.list_payments(datetime.now(UTC) - timedelta(minutes=1))
    await anext(listed)
    await account.ask("POST", "/_control/faults", {"kind": "error-401", "times": "1"})
    with pytest.raises(KeyRejected):
        await anext(listed)
    assert "Stripe: AuthenticationError" in caplog.text
    assert "Stripe rejects STRIPE_SECRET_KEY" in caplog.text


def test_a_signed_event_is_read(gateway: StripeGateway) -> None:
    body = json.dumps(EVENT)
    event = gateway.read_event(body.encode(), sign(body))
    assert (event.id, event.type, event.intent_id, event.is_live) == (
        "evt_1",
        "payment_intent.succeeded",
        "pi_1",
        False,
    )


def test_an_event_of_a_charge_names_its_intent(gateway: StripeGateway) -> None:
    charge = {"id": "ch_1", "object": "charge", "payment_intent": "pi_1"}
    body = json.dumps({**EVENT, "type": "charge.refunded", "data": {"object": charge}})
    assert gateway.read_event(body.encode(), sign(body)).intent_id == "pi_1"


def test_either_secret_is_good_while_they_are_changed() -> None:
    gateway = StripeGateway("sk_test_x", ("whsec_new", "whsec_old"), "http://127.0.0.1:1")
    body = json.dumps(EVENT)
    assert gateway.read_event(body.encode(), sign(body, "whsec_old")).id == "evt_1"
    assert gateway.read_event(body.encode(), sign(body, "whsec_new")).id == "evt_1"


@pytest.mark.parametrize(
    ("body", "signature"),
    [
        (json.dumps(EVENT).encode(), ""),
        (json.dumps(EVENT).encode(), sign(json.dumps(EVENT), "whsec_stranger")),
        (json.dumps(EVENT).encode(), sign(json.dumps(EVENT), at=int(time.time()) - 3600)),
        (b"\xff\xfe", "t=1,v1=0"),
    ],
    ids=["unsigned", "a stranger's", "an hour old", "no text"],
)
def test_a_message_that_stripe_did_not_sign_is_refused(
    gateway: StripeGateway, body: bytes, signature: str
) -> None:
    with pytest.raises(BadSignature):
        gateway.read_event(body, signature)


def test_a_signed_message_that_is_not_json_is_not_an_event(gateway: StripeGateway) -> None:
    with pytest.raises(BadMessage):
        gateway.read_event(b"no json", sign("no json"))


def test_without_a_secret_no_event_is_believed() -> None:
    gateway = StripeGateway("sk_test_x", (), "http://127.0.0.1:1")
    body = json.dumps(EVENT)
    with pytest.raises(BadSignature):
        gateway.read_event(body.encode(), sign(body, "whsec_any"))
