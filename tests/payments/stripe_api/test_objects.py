"""Stripe's objects are read as the shop's own."""

from typing import Any

import pytest
import stripe

from bookshop.orders.order import Charge, PaymentAction
from bookshop.payments.stripe_api.event_objects import read_event
from bookshop.payments.stripe_api.objects import read_intent, read_session
from tests.builders import sgd

CHARGE = {
    "id": "ch_1",
    "object": "charge",
    "payment_method_details": {"type": "card", "card": {"brand": "visa", "last4": "4242"}},
}
INTENT: dict[str, Any] = {
    "id": "pi_1",
    "object": "payment_intent",
    "status": "succeeded",
    "currency": "sgd",
    "amount": 2300,
    "amount_received": 2200,
    "client_secret": "pi_1_secret_x",
    "metadata": {"order": "order 1"},
    "latest_charge": CHARGE,
    "last_payment_error": None,
    "next_action": None,
}
SESSION: dict[str, Any] = {
    "id": "cs_1",
    "object": "checkout.session",
    "status": "complete",
    "currency": "sgd",
    "amount_total": 2300,
    "metadata": {"order": "order 1"},
    "payment_intent": INTENT,
    "url": None,
}


def an_intent(**changed: Any) -> stripe.PaymentIntent:
    return stripe.PaymentIntent.construct_from({**INTENT, **changed}, "key")


def a_session(**changed: Any) -> stripe.checkout.Session:
    return stripe.checkout.Session.construct_from({**SESSION, **changed}, "key")


def test_a_paid_intent_has_its_amounts_and_charge() -> None:
    intent = read_intent(an_intent())
    update = intent.update
    assert (update.intent_id, update.status, update.order_id) == ("pi_1", "succeeded", "order 1")
    assert (update.amount, update.received) == (sgd(2300), sgd(2200))
    assert update.charge == Charge("ch_1", "card", "visa", "4242")
    assert (intent.client_secret, intent.url, update.failure) == ("pi_1_secret_x", "", "")


def test_what_an_intent_lacks_is_empty() -> None:
    bare = read_intent(an_intent(client_secret=None, metadata={}, latest_charge=None))
    assert (bare.client_secret, bare.update.order_id, bare.update.charge) == ("", "", None)


def test_a_charge_without_a_card_has_no_digits() -> None:
    charge = {**CHARGE, "payment_method_details": {"type": "paynow"}}
    assert read_intent(an_intent(latest_charge=charge)).update.charge == Charge("ch_1", "paynow", "", "")
    assert read_intent(an_intent(latest_charge="ch_2")).update.charge == Charge("ch_2", "", "", "")


def test_a_failure_is_in_stripes_words() -> None:
    failed = an_intent(last_payment_error={"message": "Your card was declined."})
    assert read_intent(failed).update.failure == "Your card was declined."


@pytest.mark.parametrize(
    ("session_status", "intent_status", "status"),
    [
        ("open", None, "requires_payment_method"),
        ("open", "requires_action", "requires_action"),
        ("expired", None, "canceled"),
        ("complete", "succeeded", "succeeded"),
        ("complete", "processing", "processing"),
        ("complete", None, "processing"),
        ("complete", "requires_payment_method", "canceled"),
    ],
)
def test_a_session_has_the_status_of_an_intent(
    session_status: str, intent_status: str | None, status: str
) -> None:
    intent = {**INTENT, "status": intent_status} if intent_status else None
    assert read_session(a_session(status=session_status, payment_intent=intent)).update.status == status


def test_a_session_has_its_intents_amount_charge_and_failure() -> None:
    paid = read_session(a_session()).update
    assert (paid.session_id, paid.payment_id, paid.order_id) == ("cs_1", "cs_1", "order 1")
    assert paid.intent_id == INTENT["id"]
    assert (paid.amount, paid.received) == (sgd(2300), sgd(2200))
    assert paid.charge == Charge("ch_1", "card", "visa", "4242")
    unpaid = read_session(a_session(status="open", payment_intent="pi_1", url="https://example.com/pay"))
    assert unpaid.update.intent_id == "pi_1"
    assert (unpaid.update.received, unpaid.update.charge) == (sgd(0), None)
    assert (unpaid.url, unpaid.client_secret) == ("https://example.com/pay", "")


@pytest.mark.parametrize(
    ("subject", "ids"),
    [
        (
            {"object": "payment_intent", "id": "pi_1", "metadata": {"order": "order1"}},
            ("pi_1", "", "order1"),
        ),
        ({"object": "charge", "id": "ch_1", "payment_intent": "pi_1"}, ("pi_1", "ch_1", "")),
        (
            {"object": "dispute", "id": "dp_1", "payment_intent": "pi_1", "charge": "ch_1"},
            ("pi_1", "ch_1", ""),
        ),
        ({"object": "refund", "id": "re_1", "charge": None}, ("", "", "")),
    ],
)
def test_an_event_names_its_payment_charge_and_order(
    subject: dict[str, Any], ids: tuple[str, str, str]
) -> None:
    event = stripe.Event.construct_from(
        {"id": "evt_1", "object": "event", "type": "x.y", "livemode": True, "data": {"object": subject}},
        "key",
    )
    read = read_event(event)
    assert (read.intent_id, read.charge_id, read.order_id) == ids
    assert (read.id, read.type, read.is_live) == ("evt_1", "x.y", True)


def test_a_session_without_a_total_has_none() -> None:
    assert read_session(a_session(amount_total=None)).update.amount == sgd(0)


@pytest.mark.parametrize(
    ("kind", "action"),
    [
        ("use_stripe_sdk", PaymentAction.BANK),
        ("redirect_to_url", PaymentAction.REDIRECT),
        ("alipay_handle_redirect", PaymentAction.REDIRECT),
        ("wechat_pay_redirect_to_android_app", PaymentAction.REDIRECT),
        ("paynow_display_qr_code", PaymentAction.QR_CODE),
        ("cashapp_handle_redirect_or_display_qr_code", PaymentAction.QR_CODE),
        ("multibanco_display_details", PaymentAction.OTHER),
    ],
)
def test_an_action_is_of_one_kind(kind: str, action: PaymentAction) -> None:
    intent = {"status": "requires_action", "next_action": {"type": kind}}
    assert read_intent(an_intent(**intent)).update.action is action
    session = a_session(status="open", payment_intent={**INTENT, **intent})
    assert read_session(session).update.action is action
    assert (
        read_session(a_session(status="expired", payment_intent={**INTENT, **intent})).update.action is None
    )
