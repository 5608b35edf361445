"""What happens to a hosted payment reaches its order, also while the shop is down."""

from collections.abc import Iterator

import httpx
import pytest

from bookshop.checkout.open_hosted_payment import open_hosted_payment
from bookshop.database import Database
from bookshop.orders.order import CancelReason, Order, PaymentState
from bookshop.payments.errors import ProviderUnavailable
from bookshop.payments.gateway import HostedPage, Intent
from bookshop.payments.refund_store import list_refunds
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.payments.sweep import sweep
from tests.builders import a_book, sgd, store_book
from tests.payments.stored_orders import POLICY, find, store
from tests.payments.stripe_account import Account
from tests.processes import Process, free_port, running_simulator

PAGE = HostedPage("https://books.example/paid", "https://books.example/back")
CARD = {"email": "reader@example.com", "expiry": "12 / 34", "cvc": "123"}
VISA, DISPUTED, WARNED, DECLINED = (
    "4242424242424242",
    "4000000000000259",
    "4000000000005423",
    "4000000000000002",
)


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """A simulator of this file's own: a sweep reads all of its recent events."""
    log = tmp_path_factory.mktemp("simulator") / "log"
    with running_simulator(log, free_port(), free_port()) as process:
        yield process


async def open_page(database: Database, gateway: StripeGateway) -> tuple[Order, str]:
    """Place an order and open its hosted page, in a shop that has swept before."""
    book = await database.write(store_book, a_book(stock=3))
    order = await store(database, book)
    url = await open_hosted_payment(database, gateway, order, PAGE)
    await sweep(database, gateway, POLICY)
    return await find(database, order), url


async def pay(url: str, number: str) -> None:
    async with httpx.AsyncClient() as browser:
        await browser.post(url, data={**CARD, "number": number})


async def test_a_payment_and_its_refund_made_while_the_shop_is_down_are_found(
    database: Database, gateway: StripeGateway, account: Account
) -> None:
    order, url = await open_page(database, gateway)
    await pay(url, VISA)
    session = await account.ask("GET", f"/v1/checkout/sessions/{order.attempt.session_id}")
    await account.ask("POST", "/v1/refunds", {"payment_intent": session["payment_intent"], "amount": "100"})
    await sweep(database, gateway, POLICY)
    paid = await find(database, order)
    assert (paid.payment, paid.due_at) == (PaymentState.PAID, None)
    assert paid.attempt.intent_id == session["payment_intent"]
    assert [refund.amount for refund in await database.read(list_refunds, order.id)] == [sgd(100)]


@pytest.mark.parametrize(
    ("card", "expected"),
    [(DISPUTED, ("needs_response", "")), (WARNED, ("", "misc"))],
    ids=["dispute", "warning"],
)
async def test_a_dispute_and_a_warning_reach_the_order_of_a_hosted_payment(
    database: Database, gateway: StripeGateway, card: str, expected: tuple[str, str]
) -> None:
    order, url = await open_page(database, gateway)
    await pay(url, card)
    await sweep(database, gateway, POLICY)
    paid = await find(database, order)
    assert (paid.payment, paid.dispute, paid.fraud_warning) == (PaymentState.PAID, *expected)


async def test_an_order_on_whose_hosted_page_cards_are_tested_is_cancelled(
    database: Database, gateway: StripeGateway
) -> None:
    order, url = await open_page(database, gateway)
    for _ in range(POLICY.max_failures):
        assert (await find(database, order)).payment is PaymentState.OPEN
        await pay(url, DECLINED)
        await sweep(database, gateway, POLICY)
    cancelled = await find(database, order)
    assert (cancelled.payment, cancelled.cancel_reason) == (
        PaymentState.CANCELLED,
        CancelReason.TOO_MANY_FAILURES,
    )


async def test_a_session_whose_reply_was_lost_is_returned_to_the_next_request(
    database: Database, gateway: StripeGateway, account: Account
) -> None:
    book = await database.write(store_book, a_book(stock=3))
    order = await store(database, book)

    class LosingReplies(StripeGateway):
        async def create_hosted_payment(self, order: Order, shop_id: str, page: HostedPage) -> Intent:
            await gateway.create_hosted_payment(order, shop_id, page)
            raise ProviderUnavailable

    with pytest.raises(ProviderUnavailable):
        await open_hosted_payment(database, LosingReplies("sk_test_x", (), "http://127.0.0.1:1"), order, PAGE)
    url = await open_hosted_payment(database, gateway, await find(database, order), PAGE)
    listed = await account.ask("GET", "/v1/checkout/sessions?limit=100")
    sessions = [one for one in listed["data"] if one["metadata"]["order"] == order.id]
    assert [(one["id"], one["url"]) for one in sessions] == [
        ((await find(database, order)).attempt.session_id, url)
    ]
