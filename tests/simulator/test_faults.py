"""Every fault strikes when it is set, and only then."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import stripe
from click.testing import CliRunner

from bookshop.cli import main
from bookshop.simulator.faults import KINDS, InjectedFault, parse_fault, read_fault
from tests.processes import Process, free_port, running, running_simulator
from tests.simulator.webhook_receiver import WebhookReceiver

INTENTS = "/v1/payment_intents"


@pytest.fixture
def simulator(closed_receiver: WebhookReceiver, tmp_path: Path) -> Iterator[Process]:
    """A simulator for one test, which sends its events to the test's receiver."""
    log = tmp_path / "log"
    with running_simulator(log, free_port(), closed_receiver.port) as process:
        yield process
    assert "Traceback" not in log.read_text()


async def set_fault(http: httpx.AsyncClient, kind: str, **params: Any) -> str:
    answer = await http.post("/_control/faults", json={"kind": kind, **params})
    assert answer.status_code == 201, answer.text
    fault_id: str = answer.json()["id"]
    return fault_id


async def create(client: stripe.StripeClient, amount: int = 2590, retries: int = 0) -> str:
    intent = await client.v1.payment_intents.create_async(
        {"amount": amount, "currency": "sgd"}, {"max_network_retries": retries}
    )
    return intent.id


async def count_intents(client: stripe.StripeClient) -> int:
    return len((await client.v1.payment_intents.list_async()).data)


@pytest.mark.parametrize(
    ("kind", "status", "error"),
    [
        ("error-429", 429, stripe.RateLimitError),
        ("error-500", 500, stripe.APIError),
        ("error-502", 502, stripe.APIError),
    ],
)
async def test_an_error_has_no_effect(
    client: stripe.StripeClient,
    http: httpx.AsyncClient,
    kind: str,
    status: int,
    error: type[stripe.StripeError],
) -> None:
    await set_fault(http, kind)
    with pytest.raises(error) as failed:
        await create(client)
    assert failed.value.http_status == status
    assert await count_intents(client) == 0
    assert await create(client)


@pytest.mark.parametrize("kind", ["error-500", "error-502", "reply-lost"])
async def test_a_library_that_retries_succeeds(
    client: stripe.StripeClient, http: httpx.AsyncClient, kind: str
) -> None:
    await set_fault(http, kind)
    assert await create(client, retries=1)
    assert await count_intents(client) == 1


async def test_stripe_may_forbid_a_retry(client: stripe.StripeClient, http: httpx.AsyncClient) -> None:
    await set_fault(http, "error-500", should_retry="false")
    with pytest.raises(stripe.APIError):
        await create(client, retries=2)


async def test_stripe_may_ask_for_a_retry(client: stripe.StripeClient, http: httpx.AsyncClient) -> None:
    await set_fault(http, "error-429", should_retry=True)
    assert await create(client, retries=1)


async def test_a_bad_gateway_sends_html(http: httpx.AsyncClient) -> None:
    await set_fault(http, "error-502")
    answer = await http.get("/v1/charges")
    assert (answer.status_code, answer.headers["Content-Type"]) == (502, "text/html")
    assert "Bad Gateway" in answer.text


async def test_a_lost_reply_has_an_effect(client: stripe.StripeClient, http: httpx.AsyncClient) -> None:
    await set_fault(http, "reply-lost", method="post", path=INTENTS)
    with pytest.raises(stripe.APIConnectionError):
        await create(client)
    assert await count_intents(client) == 1


async def test_a_cut_connection_is_a_transport_error(http: httpx.AsyncClient) -> None:
    await set_fault(http, "reply-lost")
    with pytest.raises(httpx.RemoteProtocolError):
        await http.get("/v1/charges")


async def test_a_request_may_time_out_without_effect(
    client: stripe.StripeClient, http: httpx.AsyncClient
) -> None:
    await set_fault(http, "timeout-before", seconds=0.2)
    began = time.monotonic()
    with pytest.raises(stripe.APIConnectionError):
        await create(client)
    assert time.monotonic() - began >= 0.2
    assert await count_intents(client) == 0


async def test_a_client_that_disconnects_ends_the_wait(http: httpx.AsyncClient) -> None:
    await set_fault(http, "timeout-before", seconds=600)
    with pytest.raises(httpx.ReadTimeout):
        await http.get("/v1/charges", timeout=httpx.Timeout(30, read=0.2))


async def test_a_response_may_be_slow(client: stripe.StripeClient, http: httpx.AsyncClient) -> None:
    await set_fault(http, "slow", seconds=0.2)
    began = time.monotonic()
    assert await create(client)
    assert time.monotonic() - began >= 0.2


async def test_a_fault_strikes_as_often_as_it_says(http: httpx.AsyncClient) -> None:
    await set_fault(http, "error-500", times=2, method="GET", path="/v1/ref")
    assert (await http.get("/v1/charges")).status_code == 401
    assert (await http.post("/v1/refunds")).status_code == 401
    assert [(await http.get("/v1/refunds")).status_code for _ in range(3)] == [500, 500, 401]
    assert (await http.get("/_control/faults")).json() == []


async def test_a_fault_may_stand_until_it_is_cleared(http: httpx.AsyncClient) -> None:
    first = await set_fault(http, "error-500", times=0, path="/")
    await set_fault(http, "error-429", times=0, path="/")
    assert [(await http.get("/v1/charges")).status_code for _ in range(3)] == [500, 500, 500]
    listed = (await http.get("/_control/faults")).json()
    assert [(each["kind"], each["times"]) for each in listed] == [("error-500", 0), ("error-429", 0)]
    assert (await http.delete(f"/_control/faults/{first}")).status_code == 200
    assert (await http.delete(f"/_control/faults/{first}")).status_code == 404
    assert (await http.get("/v1/charges")).status_code == 429
    await http.delete("/_control/faults")
    assert (await http.get("/v1/charges")).status_code == 401


async def test_a_webhook_may_be_lost(
    client: stripe.StripeClient, http: httpx.AsyncClient, receiver: WebhookReceiver
) -> None:
    await set_fault(http, "webhook-lost", event="payment_intent.created")
    lost, sent = await create(client), await create(client)
    assert (await receiver.next_event()).data.object["id"] == sent
    events = (await http.get("/_control/state")).json()["events"]
    assert [event["data"]["object"]["id"] for event in events] == [lost, sent]
    assert events[0]["pending_webhooks"] == 1


async def test_a_webhook_may_be_late(
    client: stripe.StripeClient, http: httpx.AsyncClient, receiver: WebhookReceiver
) -> None:
    await set_fault(http, "webhook-late", seconds=0.3)
    began = time.monotonic()
    await create(client)
    await receiver.next_event()
    assert time.monotonic() - began >= 0.3


async def test_a_webhook_may_come_twice(
    client: stripe.StripeClient, http: httpx.AsyncClient, receiver: WebhookReceiver
) -> None:
    await set_fault(http, "webhook-doubled")
    await create(client)
    assert (await receiver.next_event()).id == (await receiver.next_event()).id


async def test_webhooks_may_come_the_wrong_way_round(
    client: stripe.StripeClient, http: httpx.AsyncClient, receiver: WebhookReceiver
) -> None:
    await set_fault(http, "webhook-reordered", times=2, seconds=600)
    made = [await create(client) for _ in range(3)]
    assert [(await receiver.next_event()).data.object["id"] for _ in range(3)] == made[::-1]


async def test_a_webhook_that_is_held_back_is_sent_in_the_end(
    client: stripe.StripeClient, http: httpx.AsyncClient, receiver: WebhookReceiver
) -> None:
    await set_fault(http, "webhook-reordered", seconds=0.1)
    made = await create(client)
    assert (await receiver.next_event()).data.object["id"] == made


async def test_a_fault_of_some_events_spares_the_others(
    client: stripe.StripeClient, http: httpx.AsyncClient, receiver: WebhookReceiver
) -> None:
    await set_fault(http, "webhook-lost", times=0, event="payment_intent.created")
    await client.v1.payment_intents.cancel_async(await create(client))
    assert (await receiver.next_event()).type == "payment_intent.canceled"


async def test_the_clock_may_stand_still(
    client: stripe.StripeClient, http: httpx.AsyncClient, receiver: WebhookReceiver
) -> None:
    fault_id = await set_fault(http, "frozen-clock", at=1_800_000_000)
    intents = client.v1.payment_intents
    first = await intents.retrieve_async(await create(client))
    assert first.created == 1_800_000_000
    body, signature = await receiver.next_raw()
    assert signature.startswith("t=1800000000,v1=")
    stripe.WebhookSignature.verify_header(body, signature, receiver.secret, tolerance=None)
    advanced = await http.post("/_control/clock/advance", data={"seconds": "60"})
    assert advanced.json() == {"now": 1_800_000_060}
    assert (await intents.retrieve_async(await create(client))).created == 1_800_000_060
    await http.delete(f"/_control/faults/{fault_id}")
    assert (await http.post("/_control/clock/advance", data={"seconds": "60"})).status_code == 400
    assert abs((await intents.retrieve_async(await create(client))).created - time.time()) < 60


async def test_a_list_may_begin_at_a_second(client: stripe.StripeClient, http: httpx.AsyncClient) -> None:
    await set_fault(http, "frozen-clock", at=1000)
    await create(client)
    await http.post("/_control/clock/advance", data={"seconds": "1"})
    later = await create(client)
    for created in ({"gte": 1001}, {"gt": 1000, "lte": 1001}, {"lt": 1002, "gte": 1001}):
        listed: Any = await client.v1.payment_intents.list_async({"created": created})  # type: ignore[arg-type]  # each is right
        assert [each.id for each in listed.data] == [later]
    events = await client.v1.events.list_async({"created": 1001})
    assert [event.data.object["id"] for event in events.data] == [later]


async def test_a_session_ends_when_its_time_is_over(
    client: stripe.StripeClient, http: httpx.AsyncClient, receiver: WebhookReceiver
) -> None:
    await set_fault(http, "frozen-clock")
    price: Any = {"currency": "sgd", "unit_amount": 2590, "product_data": {"name": "Emma"}}
    session = await client.v1.checkout.sessions.create_async(
        {
            "mode": "payment",
            "line_items": [{"price_data": price, "quantity": 1}],
            "success_url": "https://books.example/",
        }
    )
    await http.post("/_control/clock/advance", data={"seconds": str(24 * 60 * 60 - 1)})
    assert (await client.v1.checkout.sessions.retrieve_async(session.id)).status == "open"
    await http.post("/_control/clock/advance", data={"seconds": "1"})
    assert (await receiver.next_raw())[0].count('"checkout.session.expired"') == 1
    assert (await client.v1.checkout.sessions.retrieve_async(session.id)).status == "expired"
    assert "expired" in (await http.get(f"/c/pay/{session.id}")).text


async def test_a_reset_clears_all_faults(client: stripe.StripeClient, http: httpx.AsyncClient) -> None:
    await set_fault(http, "error-500", times=0)
    await set_fault(http, "frozen-clock", at=1)
    await http.post("/_control/reset")
    intent = await client.v1.payment_intents.retrieve_async(await create(client))
    assert intent.created > 1


async def test_a_simulator_may_start_with_faults(tmp_path: Path) -> None:
    port = free_port()
    faults = ["--fault", "error-502:method=get", "--fault", "error-429:should_retry=false"]
    command = [sys.executable, "-m", "bookshop", "simulator", "--port", str(port), *faults]
    with running(command, port, tmp_path / "log") as process:
        async with httpx.AsyncClient(base_url=process.url) as http:
            refused = await http.post("/v1/charges")
            assert (refused.status_code, refused.headers["Stripe-Should-Retry"]) == (429, "false")
            assert [(await http.get("/v1/charges")).status_code for _ in range(2)] == [502, 401]


async def test_a_fault_may_be_set_by_a_form(http: httpx.AsyncClient) -> None:
    form = {"kind": "slow", "seconds": "1.5", "times": "3"}
    answer = await http.post("/_control/faults", data=form)
    assert (answer.status_code, answer.json()["seconds"], answer.json()["times"]) == (201, 1.5, 3)


@pytest.mark.parametrize("sent", [{}, {"kind": "flood"}, {"kind": "slow", "seconds": "soon"}, ["slow"]])
async def test_an_invalid_fault_is_refused(http: httpx.AsyncClient, sent: Any) -> None:
    answer = await http.post("/_control/faults", json=sent)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("error-500", InjectedFault("error-500")),
        ("slow", InjectedFault("slow", seconds=5)),
        ("error-429:times=0,should_retry=true", InjectedFault("error-429", times=0, should_retry="true")),
        (
            "reply-lost:method=post,path=/v1/refunds",
            InjectedFault("reply-lost", method="POST", path="/v1/refunds"),
        ),
        (
            "webhook-late:seconds=1.5,event=charge.",
            InjectedFault("webhook-late", seconds=1.5, event="charge."),
        ),
        ("frozen-clock:at=1800000000", InjectedFault("frozen-clock", at=1_800_000_000)),
    ],
)
def test_a_fault_is_parsed_from_one_line(text: str, fault: InjectedFault) -> None:
    assert parse_fault(text) == fault


@pytest.mark.parametrize("kind", KINDS)
def test_a_listed_fault_can_be_set_again(kind: str) -> None:
    fault = parse_fault(kind)
    shown = {name: value for name, value in fault.to_dict().items() if value is not None}
    assert read_fault(shown) == fault


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("flood", "must be one of"),
        ("slow:event=charge.", "has no parameter 'event'"),
        ("slow:seconds=", "seconds must be"),
        ("slow:seconds=nan", "seconds must be"),
        ("slow:seconds=3601", "seconds must be"),
        ("slow:times=-1", "times must be"),
        ("slow:path=v1", "path must begin"),
        ("error-500:should_retry=maybe", "should_retry must be"),
    ],
)
def test_an_invalid_line_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_fault(text)
    answer = CliRunner().invoke(main, ["simulator", "--fault", text])
    assert answer.exit_code == 2
    assert reason in " ".join(answer.output.split())
