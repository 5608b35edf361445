"""Refunds behave as at Stripe."""

from typing import Any
from uuid import uuid4

import httpx
import pytest
import stripe
from stripe.params import RefundCreateParams

from bookshop.simulator.app import SimulatorConfig, create_simulator
from tests.payments.stripe_account import SECRET_KEY
from tests.processes import SIMULATOR_SECRET, free_port
from tests.simulator.payments import a_payment, event_types, read_charge


async def refund(client: stripe.StripeClient, payment: Any, **params: Any) -> Any:
    wanted: RefundCreateParams = {"payment_intent": payment.id, **params}  # type: ignore[typeddict-item]  # any of them
    return await client.v1.refunds.create_async(wanted)


async def finish(http: httpx.AsyncClient, object_id: str, outcome: str) -> httpx.Response:
    return await http.post(f"/_control/refunds/{object_id}/settle", data={"outcome": outcome})


async def test_a_payment_is_refunded_in_full(client: stripe.StripeClient, http: httpx.AsyncClient) -> None:
    payment = await a_payment(client)
    given = await refund(client, payment, reason="requested_by_customer", metadata={"order": "A1"})
    assert (given.object, given.amount, given.currency, given.status) == ("refund", 2590, "sgd", "succeeded")
    assert (given.charge, given.payment_intent) == (payment.latest_charge.id, payment.id)
    assert (given.reason, given.metadata.to_dict()) == ("requested_by_customer", {"order": "A1"})
    charge = await read_charge(client, payment)
    assert (charge.amount_refunded, charge.refunded, charge.status) == (2590, True, "succeeded")
    assert (await event_types(http, payment))[-2:] == ["refund.created", "charge.refunded"]


async def test_a_charge_may_be_refunded_in_parts(client: stripe.StripeClient) -> None:
    payment = await a_payment(client)
    charge_id = payment.latest_charge.id
    parts = [await client.v1.refunds.create_async({"charge": charge_id, "amount": 1000}) for _ in range(2)]
    charge = await read_charge(client, payment)
    assert (charge.amount_refunded, charge.refunded) == (2000, False)
    assert [each.id for each in charge.refunds.data] == [each.id for each in parts[::-1]]
    assert (await refund(client, payment)).amount == 590
    assert (await read_charge(client, payment)).refunded


async def test_no_more_is_refunded_than_was_paid(client: stripe.StripeClient) -> None:
    payment = await a_payment(client)
    await refund(client, payment, amount=90)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await refund(client, payment, amount=2501)
    assert (refused.value.http_status, refused.value.code, refused.value.param) == (400, None, "amount")
    assert refused.value.user_message == (
        "Refund amount (S$25.01) is greater than unrefunded amount on charge (S$25.00)"
    )
    await refund(client, payment)
    with pytest.raises(stripe.InvalidRequestError) as again:
        await refund(client, payment)
    assert (again.value.http_status, again.value.code) == (400, "charge_already_refunded")


async def test_a_refund_asked_for_twice_under_a_key_is_one(client: stripe.StripeClient) -> None:
    payment = await a_payment(client)
    key = uuid4().hex
    wanted: RefundCreateParams = {"payment_intent": payment.id, "amount": 1000}
    first, second = [await client.v1.refunds.create_async(wanted, {"idempotency_key": key}) for _ in range(2)]
    assert first.id == second.id
    assert (await read_charge(client, payment)).amount_refunded == 1000


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"payment_intent": "pi_x"},
        {"charge": "ch_x"},
        {"payment_intent": "pi_x", "charge": "ch_x"},
        {"amount": 0},
        {"amount": "1.50"},
        {"reason": "boredom"},
        {"colour": "red"},
    ],
)
async def test_an_invalid_refund_is_refused(client: stripe.StripeClient, wrong: dict[str, Any]) -> None:
    payment = await a_payment(client)
    target = (
        {}
        if "payment_intent" in wrong or "charge" in wrong or not wrong
        else {"charge": payment.latest_charge.id}
    )
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.refunds.create_async({**target, **wrong})  # type: ignore[arg-type]  # on purpose
    assert (await read_charge(client, payment)).amount_refunded == 0


async def test_an_unpaid_intent_cannot_be_refunded(client: stripe.StripeClient) -> None:
    intent = await client.v1.payment_intents.create_async({"amount": 2590, "currency": "sgd"})
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge to refund"):
        await refund(client, intent)


async def test_a_pending_refund_succeeds_later(client: stripe.StripeClient, http: httpx.AsyncClient) -> None:
    payment = await a_payment(client, "pm_card_pendingRefund")
    pending = await refund(client, payment)
    assert (pending.status, pending.pending_reason) == ("pending", "processing")
    assert (await read_charge(client, payment)).refunded
    assert (await finish(http, pending.id, "succeeded")).status_code == 200
    assert (await client.v1.refunds.retrieve_async(pending.id)).status == "succeeded"
    types = await event_types(http, payment)
    assert types[-4:] == ["refund.created", "charge.refunded", "refund.updated", "charge.refund.updated"]
    assert (await finish(http, pending.id, "succeeded")).status_code == 400


async def test_a_refund_may_fail_after_all(client: stripe.StripeClient, http: httpx.AsyncClient) -> None:
    payment = await a_payment(client, "pm_card_refundFail")
    given = await refund(client, payment)
    assert given.status == "succeeded"
    assert (await finish(http, given.id, "failed")).status_code == 200
    failed = await client.v1.refunds.retrieve_async(given.id)
    assert (failed.status, failed.failure_reason) == ("failed", "expired_or_canceled_card")
    charge = await read_charge(client, payment)
    assert (charge.amount_refunded, charge.refunded) == (0, False)
    assert (await event_types(http, payment))[-3:] == [
        "refund.failed",
        "refund.updated",
        "charge.refund.updated",
    ]
    assert (await refund(client, payment)).amount == 2590


@pytest.mark.parametrize(
    ("method", "status", "types"),
    [
        ("pm_card_pendingRefund", "pending", ["refund.updated"]),
        ("pm_card_refundFail", "succeeded", ["refund.failed", "refund.updated"]),
    ],
)
async def test_a_refund_ends_by_itself(method: str, status: str, types: list[str]) -> None:
    config = SimulatorConfig(f"http://127.0.0.1:{free_port()}/", SIMULATOR_SECRET, processing_seconds=0)
    headers = {"Authorization": f"Bearer {SECRET_KEY}"}
    paying = {"amount": "2590", "currency": "sgd", "confirm": "true", "payment_method": method}
    async with create_simulator(config).test_app() as running:
        bank = running.test_client()
        form = {**paying, "return_url": "https://books.example/"}
        paid = await (await bank.post("/v1/payment_intents", form=form, headers=headers)).get_json()
        form = {"payment_intent": paid["id"]}
        given = await (await bank.post("/v1/refunds", form=form, headers=headers)).get_json()
        assert given["status"] == status
        events = await (await bank.get("/v1/events", headers=headers)).get_json()
    sent = [event["type"] for event in events["data"] if event["type"].startswith("refund.")]
    assert sent[::-1] == ["refund.created", *types]


async def test_refunds_are_listed_by_payment_and_charge(client: stripe.StripeClient) -> None:
    payment, other = await a_payment(client), await a_payment(client)
    made = [(await refund(client, payment, amount=100)).id for _ in range(3)]
    await refund(client, other)
    listed = await client.v1.refunds.list_async({"payment_intent": payment.id, "limit": 2})
    assert [each.id for each in listed.data] == made[:0:-1]
    assert listed.has_more
    rest = await client.v1.refunds.list_async({"charge": payment.latest_charge.id, "starting_after": made[1]})
    assert [each.id for each in rest.data] == made[:1]


async def test_the_metadata_of_a_refund_may_change(
    client: stripe.StripeClient, http: httpx.AsyncClient
) -> None:
    payment = await a_payment(client)
    given = await refund(client, payment)
    changed = await client.v1.refunds.update_async(given.id, {"metadata": {"order": "A1"}})
    assert changed.metadata is not None
    assert changed.metadata.to_dict() == {"order": "A1"}
    shown = await client.v1.refunds.retrieve_async(given.id, {"expand": ["charge", "payment_intent"]})
    assert isinstance(shown.charge, stripe.Charge)
    assert isinstance(shown.payment_intent, stripe.PaymentIntent)
    assert "refund.updated" in await event_types(http, payment)
