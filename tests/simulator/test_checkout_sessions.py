"""A shopper pays on the simulator's own page, in a browser without JavaScript."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from html import unescape
from typing import Any, cast
from urllib.parse import urlsplit

import httpx
import pytest
import stripe
from stripe.params.checkout import SessionCreateParams

from tests.simulator.payments import event_types

EXPIRY_SECONDS = 60 * 60
CARD = {"email": "ada@example.com", "number": "4242 4242 4242 4242", "expiry": "12 / 50", "cvc": "123"}


def a_line(name: str = "Middlemarch", amount: int = 1150, quantity: int = 2) -> dict[str, Any]:
    price = {"currency": "sgd", "unit_amount": amount, "product_data": {"name": name}}
    return {"price_data": price, "quantity": quantity}


def session_params(**changed: Any) -> SessionCreateParams:
    params: dict[str, Any] = {
        "mode": "payment",
        "line_items": [a_line()],
        "success_url": "https://books.example/thanks?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "https://books.example/basket",
        **changed,
    }
    return cast(SessionCreateParams, {name: value for name, value in params.items() if value is not None})


@pytest.fixture
async def session(client: stripe.StripeClient) -> stripe.checkout.Session:
    return await client.v1.checkout.sessions.create_async(session_params())


@pytest.fixture
async def browser() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient() as browser:
        yield browser


async def pay(browser: httpx.AsyncClient, session: stripe.checkout.Session, **changed: str) -> httpx.Response:
    return await browser.post(str(session.url), data={**CARD, **changed})


async def read(client: stripe.StripeClient, session: stripe.checkout.Session) -> Any:
    return await client.v1.checkout.sessions.retrieve_async(
        session.id, {"expand": ["payment_intent", "payment_intent.latest_charge"]}
    )


async def session_events(http: httpx.AsyncClient, session: stripe.checkout.Session) -> list[str]:
    events = (await http.get("/_control/state")).json()["events"]
    return [event["type"] for event in events if event["data"]["object"]["id"] == session.id]


def text_of(page: httpx.Response) -> str:
    return unescape(" ".join(re.sub("<[^>]*>", " ", page.text).split()))


async def test_a_new_session_waits_for_a_shopper(session: stripe.checkout.Session) -> None:
    assert re.fullmatch("cs_test_[0-9A-Za-z]{58}", session.id)
    assert (session.status, session.payment_status, session.mode) == ("open", "unpaid", "payment")
    assert (session.amount_subtotal, session.amount_total, session.currency) == (2300, 2300, "sgd")
    assert (session.payment_intent, session.livemode) == (None, False)
    assert session.expires_at - session.created == 24 * 60 * 60
    assert str(session.url).endswith(f"/c/pay/{session.id}")


async def test_the_page_lists_what_is_paid_for(
    client: stripe.StripeClient, browser: httpx.AsyncClient
) -> None:
    session = await client.v1.checkout.sessions.create_async(
        session_params(line_items=[a_line(), a_line("Emma <3", 500, 1)], customer_email="ada@example.com")
    )
    page = await browser.get(str(session.url))
    assert page.status_code == 200
    assert "<script" not in page.text
    assert "Middlemarch 2 S$23.00 Emma <3 1 S$5.00 Total S$28.00" in text_of(page)
    assert "<button>Pay S$28.00</button>" in page.text
    assert 'value="ada@example.com"' in page.text
    assert '<a href="https://books.example/basket">Back</a>' in page.text


async def test_a_shopper_pays_and_returns(
    client: stripe.StripeClient,
    http: httpx.AsyncClient,
    browser: httpx.AsyncClient,
) -> None:
    details = {
        "metadata": {"order": "A1"},
        "receipt_email": "ada@example.com",
        "shipping": {"name": "Ada", "address": {"line1": "1 Book Street", "country": "SG"}},
    }
    session = await client.v1.checkout.sessions.create_async(
        session_params(payment_intent_data=details, metadata={"order": "A1"}, client_reference_id="A1")
    )
    paid = await pay(browser, session)
    assert paid.status_code == 303
    assert paid.headers["Location"] == f"https://books.example/thanks?session={session.id}"
    known = await read(client, session)
    assert (known.status, known.payment_status, known.url) == ("complete", "paid", None)
    assert (known.metadata.to_dict(), known.client_reference_id) == ({"order": "A1"}, "A1")
    assert known.customer_details.email == "ada@example.com"
    intent = known.payment_intent
    assert (intent.status, intent.amount_received, intent.receipt_email) == (
        "succeeded",
        2300,
        "ada@example.com",
    )
    assert (intent.metadata.to_dict(), intent.shipping.name) == ({"order": "A1"}, "Ada")
    assert intent.latest_charge.billing_details.email == "ada@example.com"
    assert await event_types(http, intent) == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]


async def test_paying_twice_takes_the_money_once(
    client: stripe.StripeClient, browser: httpx.AsyncClient, session: stripe.checkout.Session
) -> None:
    first, second = await asyncio.gather(pay(browser, session), pay(browser, session))
    assert first.headers["Location"] == second.headers["Location"]
    intent = (await read(client, session)).payment_intent
    charges = await client.v1.charges.list_async({"payment_intent": intent.id})
    assert len(charges.data) == 1
    assert "You are all done here" in text_of(await browser.get(str(session.url)))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"number": "4000000000009995"}, "Your card has insufficient funds."),
        ({"number": "4242424242424241"}, "Your card number is incorrect."),
        ({"number": ""}, "Your card number is incorrect."),
        ({"expiry": "never"}, "Your card's expiration month is invalid."),
        ({"expiry": "12/20"}, "Your card's expiration year is invalid."),
        ({"cvc": ""}, "Your card's security code is invalid."),
    ],
)
async def test_another_card_may_follow_a_declined_one(
    client: stripe.StripeClient,
    browser: httpx.AsyncClient,
    session: stripe.checkout.Session,
    changed: dict[str, str],
    message: str,
) -> None:
    declined = await pay(browser, session, **changed)
    assert declined.status_code == 402
    assert message in text_of(declined)
    assert 'value="ada@example.com"' in declined.text
    assert CARD["cvc"] not in declined.text
    tried = (await read(client, session)).payment_intent
    assert (await pay(browser, session, expiry="1250")).status_code == 303
    paid = (await read(client, session)).payment_intent
    assert paid.status == "succeeded"
    assert tried is None or tried.id == paid.id


async def test_an_email_is_required(browser: httpx.AsyncClient, session: stripe.checkout.Session) -> None:
    refused = await pay(browser, session, email="ada")
    assert refused.status_code == 400
    assert "Your email address is invalid." in text_of(refused)


async def test_a_challenge_has_a_page_of_its_own(
    browser: httpx.AsyncClient, session: stripe.checkout.Session
) -> None:
    asked = await pay(browser, session, number="4000002500003155")
    assert (asked.status_code, asked.headers["Location"]) == (303, urlsplit(str(session.url)).path)
    page = await browser.get(str(session.url))
    action = re.search('action="([^"]*)"', page.text)
    assert action is not None
    assert "3D Secure" in page.text
    address = httpx.URL(str(session.url)).join(action[1])
    failed = await browser.post(address, data={"outcome": "fail"}, follow_redirects=True)
    assert "failed authentication" in text_of(failed)
    assert "<button>Pay S$23.00</button>" in failed.text
    await pay(browser, session, number="4000002500003155")
    done = await browser.post(address, data={"outcome": "complete"})
    assert done.headers["Location"].startswith("https://books.example/thanks")


async def test_a_bank_may_challenge_and_then_decline(
    browser: httpx.AsyncClient, session: stripe.checkout.Session
) -> None:
    await pay(browser, session, number="4000008260003178")
    address = f"{session.url}/challenge"
    declined = await browser.post(address, data={"outcome": "complete"}, follow_redirects=True)
    assert "Your card has insufficient funds." in text_of(declined)


@pytest.mark.parametrize(
    ("outcome", "event", "status"),
    [
        ("succeeded", "checkout.session.async_payment_succeeded", "paid"),
        ("failed", "checkout.session.async_payment_failed", "unpaid"),
    ],
)
async def test_a_slow_payment_completes_the_session_first(
    client: stripe.StripeClient,
    http: httpx.AsyncClient,
    browser: httpx.AsyncClient,
    session: stripe.checkout.Session,
    outcome: str,
    event: str,
    status: str,
) -> None:
    waiting = await pay(browser, session, number="4000000000007777")
    assert waiting.headers["Location"].startswith("https://books.example/thanks")
    known = await read(client, session)
    assert (known.status, known.payment_status) == ("complete", "unpaid")
    address = f"/_control/payment_intents/{known.payment_intent.id}/settle"
    await http.post(address, data={"outcome": outcome})
    assert (await read(client, session)).payment_status == status
    assert await session_events(http, session) == ["checkout.session.completed", event]


async def test_a_session_may_be_expired(
    client: stripe.StripeClient,
    http: httpx.AsyncClient,
    browser: httpx.AsyncClient,
    session: stripe.checkout.Session,
) -> None:
    await pay(browser, session, number="4000000000000002")
    expired = await client.v1.checkout.sessions.expire_async(session.id)
    assert (expired.status, expired.url) == ("expired", None)
    assert await session_events(http, session) == ["checkout.session.expired"]
    assert "This page has expired" in text_of(await browser.get(str(session.url)))
    await pay(browser, session)
    assert (await read(client, session)).payment_intent.status == "canceled"
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.checkout.sessions.expire_async(session.id)
    assert refused.value.http_status == 400


async def test_the_intent_is_cancelled_with_its_session(
    client: stripe.StripeClient, browser: httpx.AsyncClient, session: stripe.checkout.Session
) -> None:
    await pay(browser, session, number="4000002500003155")
    intent = (await read(client, session)).payment_intent
    with pytest.raises(stripe.InvalidRequestError, match="Expire the Checkout Session"):
        await client.v1.payment_intents.cancel_async(intent.id)
    await client.v1.checkout.sessions.expire_async(session.id)
    assert (await client.v1.payment_intents.retrieve_async(intent.id)).status == "canceled"


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"mode": None}, "mode"),
        ({"mode": "subscription"}, "mode"),
        ({"success_url": None}, "success_url"),
        ({"line_items": None}, "line_items"),
        ({"line_items": [a_line(quantity=0)]}, "quantity"),
        ({"line_items": [a_line(amount=-1)]}, "unit_amount"),
        ({"line_items": [a_line(name="")]}, "line_items[0][price_data][product_data][name]"),
        ({"line_items": [{"price": "price_1", "quantity": 1}]}, "line_items[0][price]"),
        ({"line_items": [a_line(amount=10, quantity=1)]}, None),
        ({"customer_email": "ada"}, "customer_email"),
        ({"payment_intent_data": {"colour": "red"}}, "payment_intent_data[colour]"),
        ({"payment_intent_data": {"receipt_email": "ada"}}, "receipt_email"),
        ({"expires_at": int(time.time()) + 29 * 60}, "expires_at"),
        ({"expires_at": int(time.time()) + 25 * 60 * 60}, "expires_at"),
        ({"payment_method_types": ["card"]}, "payment_method_types"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_an_invalid_session_is_refused(
    client: stripe.StripeClient, params: dict[str, Any], field: str | None
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.checkout.sessions.create_async(session_params(**params))
    assert (refused.value.http_status, refused.value.param) == (400, field)


async def test_a_session_expires_at_the_given_time(client: stripe.StripeClient) -> None:
    at = int(time.time()) + EXPIRY_SECONDS
    session = await client.v1.checkout.sessions.create_async(session_params(expires_at=at))
    assert session.expires_at == at


async def test_sessions_are_found_by_their_payment(
    client: stripe.StripeClient, browser: httpx.AsyncClient, session: stripe.checkout.Session
) -> None:
    await client.v1.checkout.sessions.create_async(session_params())
    await pay(browser, session)
    intent = (await read(client, session)).payment_intent
    sessions = client.v1.checkout.sessions
    listed = await sessions.list_async({"payment_intent": intent.id, "expand": ["data.line_items"]})
    (found,) = listed.data
    assert found.id == session.id
    assert found.line_items is not None
    assert [item.description for item in found.line_items.data] == ["Middlemarch"]
    items = await sessions.line_items.list_async(session.id)
    assert [(item.quantity, item.amount_total) for item in items.data] == [(2, 2300)]


async def test_an_unknown_page_is_missing(http: httpx.AsyncClient) -> None:
    assert (await http.get("/c/pay/cs_test_x")).status_code == 404


async def test_what_a_session_paid_is_found_by_the_session(
    http: httpx.AsyncClient, browser: httpx.AsyncClient, session: stripe.checkout.Session
) -> None:
    await pay(browser, session)
    refund = await http.post(f"/_control/payments/{session.id}/refund")
    assert refund.json()["amount"] == 2300


async def test_a_session_is_paid_with_a_wallet(
    client: stripe.StripeClient, browser: httpx.AsyncClient, session: stripe.checkout.Session
) -> None:
    assert "GrabPay" in (await browser.get(str(session.url))).text
    sent_on = await pay(browser, session, method="grabpay", number="", expiry="", cvc="")
    wallet = sent_on.headers["Location"]
    assert "/authorize/" in wallet
    failed = await browser.post(wallet, data={"outcome": "fail"}, follow_redirects=True)
    assert "has failed authentication" in text_of(failed)
    wallet = (await pay(browser, session, method="grabpay")).headers["Location"]
    back = await browser.post(wallet, data={"outcome": "complete"})
    done = await browser.get(back.headers["Location"])
    assert done.headers["Location"] == f"https://books.example/thanks?session={session.id}"
    paid = await read(client, session)
    assert (paid.status, paid.payment_status) == ("complete", "paid")
    assert paid.payment_intent.latest_charge.payment_method_details.type == "grabpay"


async def test_a_session_is_paid_by_scanning_a_code(
    client: stripe.StripeClient, browser: httpx.AsyncClient, session: stripe.checkout.Session
) -> None:
    await pay(browser, session, method="paynow")
    shown = await browser.get(str(session.url))
    assert "Scan the QR code" in text_of(shown)
    challenge = f"{session.url}/challenge"
    expired = await browser.post(challenge, data={"outcome": "fail"}, follow_redirects=True)
    assert "has expired" in text_of(expired)
    await pay(browser, session, method="paynow")
    await browser.post(challenge, data={"outcome": "complete"})
    assert (await read(client, session)).payment_status == "paid"
