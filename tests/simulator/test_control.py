"""The control addresses inspect the account, and act as its seller and banks do."""

import httpx
import pytest
import stripe

from tests.simulator.payments import a_payment, event_types


async def test_a_reset_deletes_everything(http: httpx.AsyncClient, intent: stripe.PaymentIntent) -> None:
    assert (await http.get("/_control/state")).json()["payment_intents"]
    await http.post("/_control/reset")
    assert not any((await http.get("/_control/state")).json().values())
    assert (await http.get("/_control/requests")).json() == []


@pytest.mark.parametrize("is_by_charge", [False, True])
async def test_any_payment_can_be_refunded_and_disputed(
    client: stripe.StripeClient, http: httpx.AsyncClient, is_by_charge: bool
) -> None:
    payment = await a_payment(client)
    address = f"/_control/payments/{payment.latest_charge.id if is_by_charge else payment.id}"
    refund = (await http.post(f"{address}/refund", data={"amount": "100"})).json()
    assert (refund["amount"], refund["metadata"]) == (100, {})
    assert (await http.post(f"{address}/warn")).json()["object"] == "radar.early_fraud_warning"
    dispute = (await http.post(f"{address}/dispute", data={"kind": "product_not_received"})).json()
    assert (dispute["reason"], dispute["amount"]) == ("product_not_received", 2490)
    types = await event_types(http, payment)
    assert {"charge.refunded", "radar.early_fraud_warning.created", "charge.dispute.created"} <= set(types)


async def test_only_what_is_paid_can_be_disputed(
    http: httpx.AsyncClient, intent: stripe.PaymentIntent
) -> None:
    for payment_id, status in ((intent.id, 400), ("pi_unknown", 404), ("cs_test_unknown", 404)):
        refused = await http.post(f"/_control/payments/{payment_id}/dispute")
        assert refused.status_code == status
