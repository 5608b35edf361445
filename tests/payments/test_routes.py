"""What Stripe's calls and its return address do, and what they refuse."""

import copy
import json
import logging
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event
from stripe import WebhookSignature

from bookshop.app import Shop
from bookshop.catalogue.book import Book
from bookshop.database import Database
from bookshop.logs.private_logs import LimitedLog
from bookshop.orders.attempt_store import set_attempt
from bookshop.orders.order import Order, PaymentState
from bookshop.orders.store import find_order
from bookshop.payments import webhooks
from tests.builders import a_book, store_book
from tests.payments.stripe_account import Account
from tests.processes import SIMULATOR_SECRET
from tests.shopper import Shopper, receipt_of, token_of


@pytest.fixture
async def book(database: Database) -> Book:
    return await database.write(store_book, a_book("Emma", stock=3))


def an_event(intent_id: str, event_id: str = "evt_1", **changed: object) -> str:
    intent = {"id": intent_id, "object": "payment_intent"}
    message = {"id": event_id, "object": "event", "type": "payment_intent.succeeded", "livemode": False}
    return json.dumps({**message, "data": {"object": intent}, **changed})


async def send(shop: Shop, body: str, secret: str = SIMULATOR_SECRET) -> int:
    signature = WebhookSignature.generate_signature_header(body, secret)
    answer = await shop.test_client().post(
        "/stripe/webhook", data=body, headers={"Stripe-Signature": signature}
    )
    return answer.status_code


async def find(database: Database, pay_page: str) -> Order:
    order = await database.read(find_order, token_of(pay_page))
    assert order
    return order


async def finish(shop: Shop) -> None:
    """Wait for the work that the shop began outside a request."""
    while shop.background_tasks:
        await next(iter(shop.background_tasks))


async def test_a_webhook_reconciles_the_order(
    shop: Shop, shopper: Shopper, book: Book, database: Database, account: Account
) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn)
    intent = await shopper.find_intent(pay_page)
    await account.pay(intent)
    assert await send(shop, an_event(intent)) == 200
    await finish(shop)
    order = await find(database, pay_page)
    assert order.payment is PaymentState.PAID
    assert order.charge
    assert order.charge.id == (await account.read(intent))["latest_charge"]


async def test_a_webhook_that_arrives_twice_is_processed_once(
    shop: Shop, shopper: Shopper, book: Book, account: Account
) -> None:
    intent = await shopper.find_intent(await shopper.place_and_pay_page(book.isbn))
    address = f"/v1/payment_intents/{intent}"
    before = await account.count_calls("GET", address)
    for _ in range(3):
        assert await send(shop, an_event(intent)) == 200
    await finish(shop)
    assert await account.count_calls("GET", address) == before + 1


async def test_a_webhook_that_lies_changes_nothing(
    shop: Shop, shopper: Shopper, book: Book, database: Database
) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn)
    assert await send(shop, an_event(await shopper.find_intent(pay_page))) == 200
    await finish(shop)
    assert (await find(database, pay_page)).payment is PaymentState.OPEN


async def test_what_is_not_signed_is_refused(shop: Shop) -> None:
    assert await send(shop, an_event("pi_1"), "whsec_stranger") == 400
    assert await send(shop, "not json") == 400
    assert (await shop.test_client().post("/stripe/webhook", data="{}")).status_code == 400
    assert await send(shop, an_event("pi_1", livemode=True)) == 400


async def test_an_event_of_another_shop_is_accepted_and_ignored(shop: Shop) -> None:
    assert await send(shop, an_event("pi_of_another_shop", "evt_2")) == 200
    assert await send(shop, an_event("x", "evt_3", type="a.type.of.tomorrow", data={"object": {}})) == 200
    await finish(shop)


async def test_the_return_address_leads_to_the_receipt(
    shopper: Shopper, book: Book, account: Account
) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn)
    intent = await account.read(await shopper.find_intent(pay_page))
    await account.pay(intent["id"])
    path = f"/success?payment_intent={intent['id']}&payment_intent_client_secret={intent['client_secret']}"
    answer = await shopper.get(path + "&redirect_status=succeeded")
    assert (answer.status_code, answer.headers["Location"]) == (303, receipt_of(pay_page))
    page = await shopper.read(receipt_of(pay_page))
    assert f'<code id="charge-id">{(await account.read(intent["id"]))["latest_charge"]}</code>' in page


async def test_the_return_address_works_in_another_browser_only_with_the_secret(
    shop: Shop, shopper: Shopper, book: Book, account: Account
) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn)
    intent = await account.read(await shopper.find_intent(pay_page))
    stranger = Shopper(shop.test_client())
    for secret in ("", "x", "pi_secret_é", intent["client_secret"] + "x"):
        path = f"/success?payment_intent={intent['id']}&payment_intent_client_secret={secret}"
        assert (await stranger.get(path)).status_code == 404
    path = f"/success?payment_intent={intent['id']}&payment_intent_client_secret={intent['client_secret']}"
    assert (await stranger.get(path)).headers["Location"] == receipt_of(pay_page)


async def test_a_hosted_payment_has_no_secret_that_shows_its_receipt(
    shop: Shop, shopper: Shopper, book: Book, database: Database
) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn)
    await shopper.post(f"{pay_page}/hosted", {})
    order = await find(database, pay_page)
    await database.write(set_attempt, order.id, replace(order.attempt, intent_id="pi_hosted"))
    for query in ("", "&payment_intent_client_secret="):
        path = f"/success?payment_intent=pi_hosted{query}"
        assert (await Shopper(shop.test_client()).get(path)).status_code == 404
        assert (await shopper.get(path)).headers["Location"] == receipt_of(pay_page)


async def test_the_return_address_of_nothing_is_not_found(shopper: Shopper) -> None:
    for path in ("/success", "/success?payment_intent=", "/success?payment_intent=pi_x"):
        assert (await shopper.get(path)).status_code == 404


async def test_a_body_that_is_too_long_for_an_event_is_refused(shop: Shop) -> None:
    assert await send(shop, "x" * (300 * 1024)) == 413


async def test_an_event_is_taken_with_a_bounded_number_of_statements(
    shop: Shop, shopper: Shopper, book: Book
) -> None:
    intent = await shopper.find_intent(await shopper.place_and_pay_page(book.isbn))
    seen: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        seen.append(statement)

    async def count(event_id: str) -> int:
        seen.clear()
        event.listen(Engine, "before_cursor_execute", note)
        assert await send(shop, an_event(intent, event_id)) == 200
        await finish(shop)
        event.remove(Engine, "before_cursor_execute", note)
        return len([text for text in seen if not text.startswith(("BEGIN", "SAVEPOINT", "RELEASE"))])

    first = await count("evt_first")
    assert first <= 13
    for n in range(3):
        assert await count(f"evt_{n}") <= first
    assert await count("evt_first") <= 3


async def test_the_return_address_asks_stripe_nothing(
    shop: Shop, shopper: Shopper, book: Book, account: Account
) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn)
    intent = await account.read(await shopper.find_intent(pay_page))
    before = len(await account.list_calls("GET"))
    for secret in ("x", f"{intent['id']}_secret_x", intent["client_secret"]):
        path = f"/success?payment_intent={intent['id']}&payment_intent_client_secret={secret}"
        for _ in range(30):
            await Shopper(shop.test_client()).get(path)
    assert len(await account.list_calls("GET")) == before


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=80),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
AN_EVENT = json.loads(an_event("pi_1"))


@st.composite
def broken_events(draw: st.DrawFn) -> Any:
    """Draw any JSON, or an event of which one part is missing or any JSON."""
    if draw(st.booleans()):
        return draw(json_values)
    path = draw(st.sampled_from([("id",), ("type",), ("livemode",), ("data",), ("data", "object")]))
    event = copy.deepcopy(AN_EVENT)
    part = event["data"] if len(path) == 2 else event
    del part[path[-1]]
    if draw(st.booleans()):
        part[path[-1]] = draw(json_values)
    return event


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(message=broken_events())
async def test_a_signed_body_of_any_shape_is_accepted_or_refused(shop: Shop, message: Any) -> None:
    assert await send(shop, json.dumps(message)) in (200, 400)


@pytest.mark.parametrize(
    "body", ["[]", "null", '"evt_1"', "1", "{}", '{"id": "evt_1"}', "[" * 100_000, '{"data": {"object": []}}']
)
async def test_a_signed_body_that_is_not_an_event_is_refused_in_one_line(
    shop: Shop, body: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "log", LimitedLog(logging.getLogger(webhooks.__name__)))
    assert await send(shop, body) == 400
    assert [record.getMessage() for record in caplog.records if record.levelname != "INFO"] == [
        "Refused a webhook: it is signed, but it is not an event"
    ]


@pytest.mark.parametrize("name", ["", "x" * 65, "evt 1", "evt_\x00"], ids=["empty", "long", "space", "null"])
async def test_ids_that_the_database_does_not_hold_are_refused_or_left_out(shop: Shop, name: str) -> None:
    assert await send(shop, an_event("pi_1", name)) == 400
    assert await send(shop, an_event("pi_1", type=name)) == 400
    assert await send(shop, an_event(name, f"evt_{uuid4().hex}", type="refund.created")) == 200


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    subject=st.dictionaries(
        st.sampled_from(["id", "object", "payment_intent", "charge", "metadata"]), json_values
    )
)
async def test_an_event_about_anything_is_accepted(shop: Shop, subject: dict[str, Any]) -> None:
    body = json.dumps(
        {**AN_EVENT, "id": f"evt_{uuid4().hex}", "type": "refund.created", "data": {"object": subject}}
    )
    assert await send(shop, body) == 200
