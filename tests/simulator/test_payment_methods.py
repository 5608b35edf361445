"""A shopper may pay with a wallet, which is a page elsewhere, or by scanning a QR code."""

from typing import Any

import httpx
import pytest
import stripe

from tests.simulator.payments import RETURN_URL, Shopper, an_intent, event_types, read


@pytest.mark.parametrize(
    ("params", "kinds"),
    [
        ({}, ["card", "grabpay", "paynow"]),
        ({"currency": "usd"}, ["card"]),
        ({"currency": "myr"}, ["card", "grabpay"]),
        ({"automatic_payment_methods": {"enabled": True, "allow_redirects": "never"}}, ["card", "paynow"]),
        ({"automatic_payment_methods": {"enabled": False}}, ["card"]),
        ({"excluded_payment_method_types": ["card"]}, ["grabpay", "paynow"]),
        (
            {"automatic_payment_methods": None, "allowed_payment_method_types": ["paynow", "ideal"]},
            ["paynow"],
        ),
        ({"capture_method": "manual"}, ["card"]),
    ],
)
async def test_an_intent_lists_how_it_can_be_paid(
    client: stripe.StripeClient, params: dict[str, Any], kinds: list[str]
) -> None:
    wanted = {name: value for name, value in an_intent(**params).items() if value is not None}
    intent = await client.v1.payment_intents.create_async(wanted)  # type: ignore[arg-type]  # filtered
    assert intent.payment_method_types == kinds
    assert intent.payment_method_options is not None
    assert list(intent.payment_method_options.to_dict()) == kinds


async def test_a_method_that_is_not_offered_is_refused(
    client: stripe.StripeClient, http: httpx.AsyncClient
) -> None:
    intent = await client.v1.payment_intents.create_async(an_intent(currency="usd"))
    refused = await Shopper(http, intent).pay_with("paynow")
    assert refused.status_code == 400
    assert refused.json()["error"]["param"] == "payment_method"


async def test_a_wallet_needs_a_way_back(shopper: Shopper) -> None:
    refused = await shopper.pay_with("grabpay", return_url="")
    assert refused.json()["error"]["param"] == "return_url"


@pytest.mark.parametrize(
    ("outcome", "status", "redirect_status"),
    [("complete", "succeeded", "succeeded"), ("fail", "requires_payment_method", "failed")],
)
async def test_a_wallet_sends_the_shopper_back(
    client: stripe.StripeClient,
    http: httpx.AsyncClient,
    intent: stripe.PaymentIntent,
    shopper: Shopper,
    outcome: str,
    status: str,
    redirect_status: str,
) -> None:
    action = (await shopper.pay_with("grabpay")).json()["next_action"]
    assert action["type"] == "redirect_to_url"
    page = action["redirect_to_url"]["url"]
    assert "Authorize test payment" in (await http.get(page)).text
    sent_back = await http.post(page, data={"outcome": outcome})
    location = httpx.URL(sent_back.headers["Location"])
    assert str(location).startswith(RETURN_URL)
    assert dict(location.params) == {
        "payment_intent": intent.id,
        "payment_intent_client_secret": intent.client_secret,
        "redirect_status": redirect_status,
    }
    paid = await read(client, intent)
    assert paid.status == status
    again = await http.post(page, data={"outcome": "complete"}, follow_redirects=True)
    assert "Nothing is left to do" in again.text
    assert (await read(client, intent)).status == status


async def test_a_code_is_scanned(
    client: stripe.StripeClient, http: httpx.AsyncClient, intent: stripe.PaymentIntent, shopper: Shopper
) -> None:
    code = (await shopper.pay_with("paynow")).json()["next_action"]["paynow_display_qr_code"]
    assert (await http.get(code["image_url_svg"])).headers["Content-Type"] == "image/svg+xml"
    assert (await http.get(code["image_url_png"])).content.startswith(b"\x89PNG")
    assert (await http.get(code["image_url_svg"])).text == (await http.get(code["image_url_svg"])).text
    scanned = await http.post(code["hosted_instructions_url"], data={"outcome": "complete"})
    assert scanned.status_code == 303
    paid = await read(client, intent)
    assert (paid.status, paid.latest_charge.payment_method_details.type) == ("succeeded", "paynow")
    refund = await client.v1.refunds.create_async({"payment_intent": intent.id})
    assert refund.destination_details is not None
    assert refund.destination_details.type == "paynow"
    assert "payment_intent.requires_action" in await event_types(http, intent)


async def test_a_code_expires(
    client: stripe.StripeClient, intent: stripe.PaymentIntent, shopper: Shopper
) -> None:
    await shopper.pay_with("paynow")
    expired = (await shopper.end_challenge("fail")).json()
    assert expired["status"] == "requires_payment_method"
    assert expired["last_payment_error"]["code"] == "payment_intent_payment_attempt_expired"
    assert (await shopper.pay("4242424242424242")).json()["status"] == "succeeded"


async def test_an_older_page_cannot_pay(http: httpx.AsyncClient, shopper: Shopper) -> None:
    first = (await shopper.pay_with("grabpay")).json()["next_action"]["redirect_to_url"]["url"]
    await shopper.pay_with("grabpay")
    assert "Nothing is left to do" in (await http.get(first)).text
    await http.post(first, data={"outcome": "complete"})
    assert (await shopper.read()).json()["status"] == "requires_action"
