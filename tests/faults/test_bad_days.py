"""Whatever fails at Stripe, the shopper sees a calm page, and in the end pays once."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bookshop.app import Shop, create_app
from bookshop.database import Database
from bookshop.orders.order import PaymentState
from bookshop.orders.store import find_order
from tests.builders import a_book, some_settings, store_book
from tests.payments.stripe_account import Account
from tests.processes import Process, free_port, running_simulator
from tests.shopper import CLIENT_SECRET, Shopper, intent_of, text_of, token_of

FAULTS = [
    {"kind": "error-429", "times": "1"},
    {"kind": "error-500", "times": "1"},
    {"kind": "error-500", "times": "3"},
    {"kind": "error-500", "times": "1", "should_retry": "false"},
    {"kind": "error-502", "times": "3"},
    {"kind": "reply-lost", "times": "1"},
    {"kind": "reply-lost", "times": "3"},
    {"kind": "timeout-before", "times": "1", "seconds": "0.2"},
    {"kind": "slow", "times": "1", "seconds": "0.5"},
]


@pytest.fixture(scope="module")
def stripe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """Run a simulator of this module's own, whose faults meet no other test."""
    log = tmp_path_factory.mktemp("stripe") / "log"
    with running_simulator(log, free_port(), free_port()) as process:
        yield process


@pytest.fixture
async def shop(sqlite_url: str, stripe: Process, tmp_path: Path) -> AsyncIterator[Shop]:
    """Run a shop with that simulator."""
    app = create_app(some_settings(DATABASE_URL=sqlite_url, STRIPE_API_BASE=stripe.url))
    async with app.test_app():
        yield app


@pytest.fixture(params=["sqlite"])
def database_url(sqlite_url: str) -> str:
    """Use one kind of database: what fails here is Stripe."""
    return sqlite_url


@pytest.mark.parametrize("where", ["POST", "GET"])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: "-".join(fault.values()))
async def test_the_order_stays_and_is_paid_once(
    shop: Shop, stripe: Process, database: Database, fault: dict[str, str], where: str
) -> None:
    book = await database.write(store_book, a_book(stock=1))
    account = Account(stripe.url)
    shopper = Shopper(shop.test_client())
    form = await shopper.open_form(book.isbn)
    await account.ask("POST", "/_control/faults", {**fault, "method": where})
    answer = await shopper.post("/checkout", form)
    assert answer.status_code == 303, await text_of(answer)
    pay_page = answer.headers["Location"]
    page = await shopper.read(pay_page)
    if not CLIENT_SECRET.search(page):
        assert "We can’t reach our payment service at the moment" in page
        await account.ask("DELETE", "/_control/faults")
        page = await text_of(await shopper.post(pay_page, {}, htmx=True))
    await account.ask("DELETE", "/_control/faults")
    intent = intent_of(page)
    await account.pay(intent)
    assert (await shopper.get(pay_page)).status_code == 303
    order = await database.read(find_order, token_of(pay_page))
    assert order
    assert order.payment is PaymentState.PAID
    assert [one["id"] for one in await account.list_intents(order.id)] == [intent]
