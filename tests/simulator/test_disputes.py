"""Some test cards dispute their payment, as at Stripe."""

from typing import Any

import httpx
import pytest
import stripe

from tests.simulator.payments import a_payment, event_types, read_charge

REQUIRED = (
    "amount balance_transactions charge created currency evidence evidence_details id is_charge_refundable "
    "livemode metadata object reason status enhanced_eligibility_types"
)


async def dispute_of(client: stripe.StripeClient, payment: Any) -> Any:
    listed = await client.v1.disputes.list_async({"payment_intent": payment.id})
    (dispute,) = listed.data
    return dispute


async def decide(http: httpx.AsyncClient, object_id: str, outcome: str) -> httpx.Response:
    return await http.post(f"/_control/disputes/{object_id}/settle", data={"outcome": outcome})


@pytest.mark.parametrize(
    ("method", "reason"),
    [
        ("pm_card_createDispute", "fraudulent"),
        ("pm_card_createDisputeProductNotReceived", "product_not_received"),
    ],
)
async def test_a_dispute_takes_the_money_back_first(
    client: stripe.StripeClient, http: httpx.AsyncClient, method: str, reason: str
) -> None:
    payment = await a_payment(client, method)
    assert payment.status == "succeeded"
    dispute = await dispute_of(client, payment)
    assert set(REQUIRED.split()) <= set(dispute.to_dict())
    assert (dispute.reason, dispute.status, dispute.amount) == (reason, "needs_response", 2590)
    assert [move.net for move in dispute.balance_transactions] == [-4090]
    assert not dispute.is_charge_refundable
    assert (await read_charge(client, payment)).disputed
    assert (await event_types(http, payment))[-2:] == [
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
    ]
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.refunds.create_async({"payment_intent": payment.id})
    assert refused.value.code == "charge_disputed"


async def test_an_inquiry_only_asks(client: stripe.StripeClient, http: httpx.AsyncClient) -> None:
    payment = await a_payment(client, "pm_card_createDisputeInquiry")
    inquiry = await dispute_of(client, payment)
    assert (inquiry.status, inquiry.is_charge_refundable) == ("warning_needs_response", True)
    assert inquiry.balance_transactions == []
    assert (await event_types(http, payment))[-1] == "charge.dispute.created"
    assert (await client.v1.refunds.create_async({"payment_intent": payment.id})).status == "succeeded"
    assert (await decide(http, inquiry.id, "won")).json()["status"] == "warning_closed"


async def test_an_inquiry_may_cost_the_money(client: stripe.StripeClient, http: httpx.AsyncClient) -> None:
    payment = await a_payment(client, "pm_card_createDisputeInquiry")
    inquiry = await dispute_of(client, payment)
    assert (await decide(http, inquiry.id, "lost")).json()["status"] == "lost"
    assert (await event_types(http, payment))[-2:] == [
        "charge.dispute.funds_withdrawn",
        "charge.dispute.closed",
    ]


async def test_a_closed_dispute_is_lost(client: stripe.StripeClient, http: httpx.AsyncClient) -> None:
    payment = await a_payment(client, "pm_card_createDispute")
    dispute = await dispute_of(client, payment)
    assert (await client.v1.disputes.close_async(dispute.id)).status == "lost"
    assert (await event_types(http, payment))[-1] == "charge.dispute.closed"
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.disputes.close_async(dispute.id)
    assert (await decide(http, dispute.id, "won")).status_code == 400


async def test_a_dispute_that_is_won_brings_the_money_back(
    client: stripe.StripeClient, http: httpx.AsyncClient
) -> None:
    payment = await a_payment(client, "pm_card_createDispute")
    dispute = await dispute_of(client, payment)
    assert (await decide(http, dispute.id, "won")).json()["status"] == "won"
    won = await client.v1.disputes.retrieve_async(dispute.id, {"expand": ["charge"]})
    assert isinstance(won.charge, stripe.Charge)
    assert [move.amount for move in won.balance_transactions] == [-2590, 2590]
    assert (await event_types(http, payment))[-2:] == [
        "charge.dispute.closed",
        "charge.dispute.funds_reinstated",
    ]


@pytest.mark.parametrize(("text", "status"), [("winning_evidence", "won"), ("losing_evidence", "lost")])
async def test_two_evidence_texts_decide(
    client: stripe.StripeClient, http: httpx.AsyncClient, text: str, status: str
) -> None:
    payment = await a_payment(client, "pm_card_createDispute")
    dispute = await dispute_of(client, payment)
    draft = await client.v1.disputes.update_async(
        dispute.id, {"evidence": {"uncategorized_text": text}, "submit": False}
    )
    assert (draft.status, draft.evidence_details.has_evidence) == ("needs_response", True)
    sent = await client.v1.disputes.update_async(dispute.id, {"evidence": {"uncategorized_text": text}})
    assert (sent.status, sent.evidence_details.submission_count) == (status, 1)
    assert "charge.dispute.updated" in await event_types(http, payment)


async def test_other_evidence_waits_for_the_bank(client: stripe.StripeClient) -> None:
    payment = await a_payment(client, "pm_card_createDispute")
    dispute = await dispute_of(client, payment)
    sent = await client.v1.disputes.update_async(
        dispute.id, {"evidence": {"uncategorized_text": "She signed for the parcel."}}
    )
    assert sent.status == "under_review"
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.disputes.update_async(
            dispute.id,
            {"evidence": {"colour": "red"}},  # type: ignore[arg-type]  # on purpose
        )


async def test_a_bank_may_warn_of_fraud(client: stripe.StripeClient, http: httpx.AsyncClient) -> None:
    payment = await a_payment(client, "pm_card_createIssuerFraudRecord")
    warnings = client.v1.radar.early_fraud_warnings
    (warning,) = (await warnings.list_async({"payment_intent": payment.id})).data
    assert warning.id.startswith("issfr_")
    assert (warning.charge, warning.fraud_type) == (payment.latest_charge.id, "misc")
    assert (await event_types(http, payment))[-1] == "radar.early_fraud_warning.created"
    await client.v1.refunds.create_async({"payment_intent": payment.id})
    assert not (await warnings.retrieve_async(warning.id)).actionable


@pytest.mark.parametrize(
    ("text", "status", "moves"),
    [
        ("losing_evidence", "warning_closed", []),
        ("escalate_inquiry_evidence", "needs_response", [-2590]),
    ],
)
async def test_evidence_decides_an_inquiry(
    client: stripe.StripeClient, text: str, status: str, moves: list[int]
) -> None:
    payment = await a_payment(client, "pm_card_createDisputeInquiry")
    inquiry = await dispute_of(client, payment)
    sent = await client.v1.disputes.update_async(inquiry.id, {"evidence": {"uncategorized_text": text}})
    assert (sent.status, [move.amount for move in sent.balance_transactions]) == (status, moves)


async def test_a_payment_may_be_disputed_twice(client: stripe.StripeClient) -> None:
    payment = await a_payment(client, "pm_card_createMultipleDisputes")
    assert len((await client.v1.disputes.list_async({"payment_intent": payment.id})).data) == 2
