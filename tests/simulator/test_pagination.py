"""Lists are read page by page, and filtered."""

import pytest
import stripe

from tests.simulator.payments import an_intent


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


async def test_a_list_is_read_backwards(client: stripe.StripeClient) -> None:
    made = [(await client.v1.payment_intents.create_async(an_intent())).id for _ in range(5)]
    page = await client.v1.payment_intents.list_async({"limit": 2, "ending_before": made[0]})
    assert ([each.id for each in page.data], page.has_more) == ([made[2], made[1]], True)
    newest = await client.v1.payment_intents.list_async({"ending_before": made[3]})
    assert ([each.id for each in newest.data], newest.has_more) == ([made[4]], False)
    pages = await client.v1.payment_intents.list_async({"limit": 2, "ending_before": made[0]})
    assert [each.id async for each in pages.auto_paging_iter()] == made[1:]
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.payment_intents.list_async({"ending_before": "pi_x"})
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.payment_intents.list_async({"ending_before": made[0], "starting_after": made[1]})
