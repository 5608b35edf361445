"""A key that Stripe rejects is not taken for an outage."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from bookshop.app import create_app
from bookshop.database import Database
from bookshop.orders.order import PaymentState
from bookshop.orders.store import find_order
from bookshop.payments.errors import KeyRejected
from bookshop.payments.key_state import KeyState
from bookshop.payments.stripe_api.gateway import StripeGateway
from tests.builders import ENVIRONMENT, a_book, some_settings, store_book
from tests.payments.stripe_account import Account
from tests.processes import Process, free_port, running_simulator
from tests.server.test_supervisor import run
from tests.shopper import Shopper, intent_of, text_of, token_of

UNKNOWN_KEY = "sk_unknown_hunter2"
LINE = "Stripe rejects STRIPE_SECRET_KEY"


@pytest.fixture(scope="module")
def stripe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """Run a simulator of this module's own, whose faults meet no other test."""
    log = tmp_path_factory.mktemp("stripe") / "log"
    with running_simulator(log, free_port(), free_port()) as process:
        yield process


async def test_a_key_that_stripe_does_not_know_is_logged_in_a_line_without_it(
    simulator: Process, caplog: pytest.LogCaptureFixture
) -> None:
    gateway = StripeGateway(UNKNOWN_KEY, (), simulator.url)
    with pytest.raises(KeyRejected):
        await gateway.check_key()
    await gateway.close()
    assert gateway.is_reachable
    assert gateway.key_state.is_rejected
    assert not gateway.key_state.is_usable
    assert LINE in caplog.text
    assert "hunter2" not in caplog.text


@pytest.mark.parametrize("status", [401, 403])
async def test_payments_are_off_until_the_key_works_again(
    database: Database, database_url: str, stripe: Process, status: int
) -> None:
    app = create_app(some_settings(DATABASE_URL=database_url, STRIPE_API_BASE=stripe.url))
    book = await database.write(store_book, a_book(stock=1))
    account = Account(stripe.url)
    async with app.test_app():
        client = app.test_client()
        other = await database.write(store_book, a_book(stock=1))
        await Shopper(app.test_client()).place_and_pay_page(other.isbn)
        fault = {"kind": f"error-{status}", "times": "0", "path": "/v1/payment_intents"}
        await account.ask("POST", "/_control/faults", fault)
        answer = await Shopper(client).place(book.isbn, htmx=True)
        page, pay_page = await text_of(answer), answer.headers["HX-Push-Url"]
        ready = await client.get("/readyz")
        await account.ask("DELETE", "/_control/faults")
        assert "Payments are switched off at the moment" in page
        assert "in a minute" not in page
        assert ready.status_code == 200
        assert (await ready.get_json())["stripe"] == "key rejected"
        order = await database.read(find_order, token_of(pay_page))
        assert order
        assert order.payment is PaymentState.OPEN
        assert intent_of(await text_of(await Shopper(client).post(pay_page, {}, htmx=True)))
        assert (await (await client.get("/readyz")).get_json())["stripe"] == "reachable"


async def test_a_missing_permission_is_named(stripe: Process, caplog: pytest.LogCaptureFixture) -> None:
    gateway = StripeGateway("sk_test_x", (), stripe.url)
    account = Account(stripe.url)
    await account.ask("POST", "/_control/faults", {"kind": "error-403"})
    with pytest.raises(KeyRejected, match=r"a permission \(rak_payment_intent_write\)"):
        await gateway.read_payment("pi_1")
    await gateway.close()
    assert "rak_payment_intent_write" in caplog.text


async def test_a_process_that_was_started_with_a_rejected_key_is_not_ready(
    sqlite_url: str, simulator: Process
) -> None:
    app = create_app(
        some_settings(
            DATABASE_URL=sqlite_url,
            STRIPE_API_BASE=simulator.url,
            STRIPE_SECRET_KEY=UNKNOWN_KEY,
            SWEEP_SECONDS="3600",
        )
    )
    async with app.test_app():
        client = app.test_client()
        async with asyncio.timeout(10):
            while (await client.get("/readyz")).status_code == 200:  # noqa: ASYNC110 - a request, not a flag
                await asyncio.sleep(0.01)
        assert (await (await client.get("/readyz")).get_json())["stripe"] == "key rejected"
        assert (await client.get("/")).status_code == 200


def test_serve_and_commands_stop_with_one_line(sqlite_url: str, simulator: Process, tmp_path: Path) -> None:
    env = {
        **ENVIRONMENT,
        "DATABASE_URL": sqlite_url,
        "STRIPE_API_BASE": simulator.url,
        "STRIPE_SECRET_KEY": UNKNOWN_KEY,
    }
    port = str(free_port())
    serve, demo = ["serve", "--bind", f"127.0.0.1:{port}"], ["demo", "--port", port]
    for command in (serve, demo, ["reconcile"], ["audit", "--stripe"]):
        done = run(command, tmp_path, **env)
        assert done.returncode == 1
        assert LINE in done.stderr
        assert len(done.stderr.splitlines()) == 1, done.stderr
        assert "hunter2" not in done.stderr


def test_a_process_whose_key_once_worked_stays_ready() -> None:
    state = KeyState()
    assert state.is_usable
    state.record("post refunds", 403)
    assert not state.is_usable
    state.record("get events", 200)
    assert state.is_rejected
    assert state.is_usable
    state.record("get events", 401)
    state.record("post refunds", 400)
    assert not state.is_rejected
