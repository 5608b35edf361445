"""Money goes back once, whatever is lost on the way, and its later state reaches the order."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Connection, select

from bookshop.app import Shop
from bookshop.catalogue.stock import reserve_stock
from bookshop.cli import main
from bookshop.database import Database
from bookshop.orders.due_store import list_due
from bookshop.orders.order import Order
from bookshop.orders.payment_store import set_intent
from bookshop.orders.store import add_order, find_order
from bookshop.payments.errors import ProviderUnavailable
from bookshop.payments.reconcile import NO_PAUSE, reconcile
from bookshop.payments.refresh_refunds import refresh_refunds
from bookshop.payments.refund import Refund, RefundStatus, RefundUpdate
from bookshop.payments.refund_order import begin_refund, refund_order
from bookshop.payments.refund_request import NotRefundable, RefundRequest
from bookshop.payments.refund_store import list_refunds
from bookshop.payments.send_refund import apply_refund_updates
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.schema import stock, stock_movements
from tests.builders import ENVIRONMENT, a_book, an_order, sgd, store_book
from tests.payments.stripe_account import SECRET_KEY, Account
from tests.processes import SIMULATOR_SECRET, Process

FOUR = RefundRequest(amount=sgd(400))
EVERYTHING = RefundRequest()
Buy = Callable[..., Awaitable[Order]]


class Lossy(StripeGateway):
    """Stripe's account behind a network that loses every answer to a refund."""

    async def create_refund(self, charge_id: str, refund: Refund) -> RefundUpdate:
        await super().create_refund(charge_id, refund)
        raise ProviderUnavailable


class Deaf(StripeGateway):
    """Stripe's account behind a network that loses every request for a refund."""

    async def create_refund(self, charge_id: str, refund: Refund) -> RefundUpdate:
        raise ProviderUnavailable


@pytest.fixture
def buy(database: Database, gateway: StripeGateway, account: Account) -> Buy:
    """Makes a paid order: two copies of Emma and one of Persuasion, sent for 5.00: 38.00."""

    async def pay(method: str = "pm_card_visa") -> Order:
        books = (a_book("Emma", price=1200, stock=5), a_book("Persuasion", price=900, stock=5))
        placed = an_order(*books, delivery_fee=sgd(500), total=sgd(3800))
        emma, persuasion = placed.lines
        placed = replace(placed, lines=(replace(emma, quantity=2), persuasion))

        def place(db: Connection) -> None:
            for book in books:
                store_book(db, book)
            add_order(db, placed)
            reserve_stock(db, placed.quantities, placed.id)

        await database.write(place)
        update = (await gateway.create_payment(placed)).update
        await database.write(set_intent, placed, update.intent_id, update.status)
        await account.pay(update.intent_id, method)
        order, _ = await reconcile(database, gateway, replace(placed, intent_id=update.intent_id), NO_PAUSE)
        assert order.number
        return order

    return pay


def charge_id_of(order: Order) -> str:
    assert order.charge
    return order.charge.id


async def refunds_at_stripe(account: Account, order: Order) -> list[dict[str, Any]]:
    listed = await account.ask("GET", f"/v1/refunds?limit=100&charge={charge_id_of(order)}")
    refunds: list[dict[str, Any]] = listed["data"]
    return refunds


async def refund_elsewhere(account: Account, order: Order, amount: int) -> dict[str, Any]:
    """Refund in Stripe's dashboard."""
    form = {"charge": charge_id_of(order), "amount": str(amount)}
    refund: dict[str, Any] = await account.ask("POST", "/v1/refunds", form)
    return refund


async def decide(account: Account, path: str, outcome: str) -> None:
    """Let the bank decide now, unless its time has come already."""
    await account.ask("POST", f"/_control/{path}/settle", {"outcome": outcome})


def count_on_hand(db: Connection, order: Order) -> list[int]:
    """How many copies of each book are on the shelves."""
    found = {row.isbn: row.on_hand for row in db.execute(select(stock.c.isbn, stock.c.on_hand))}
    return [found[line.isbn] for line in order.lines]


def returns_of(db: Connection) -> list[tuple[str, str, int]]:
    rows = db.execute(select(stock_movements).where(stock_movements.c.kind == "returned"))
    return sorted((row.reason, row.isbn, row.quantity) for row in rows)


async def read(database: Database, order: Order) -> Order:
    found = await database.read(find_order, order.token)
    assert found
    return found


async def test_everything_goes_back(
    database: Database, gateway: StripeGateway, account: Account, buy: Buy
) -> None:
    order = await buy()
    request = RefundRequest(reason="requested_by_customer")
    refund = await refund_order(database, gateway, order.id, request)
    (made,) = await refunds_at_stripe(account, order)
    assert (made["amount"], made["reason"]) == (3800, "requested_by_customer")
    assert made["metadata"] == {"order": order.id, "refund": f"{order.id}-1"}
    assert (refund.id, refund.refund_id, refund.status) == (
        f"{order.id}-1",
        made["id"],
        RefundStatus.SUCCEEDED,
    )
    assert await database.read(list_refunds, order.id) == [refund]
    assert await database.read(count_on_hand, order) == [3, 4]
    with pytest.raises(NotRefundable, match="Nothing is left"):
        await refund_order(database, gateway, order.id, EVERYTHING)


async def test_it_goes_back_in_parts_and_never_more_than_was_paid(
    database: Database, gateway: StripeGateway, account: Account, buy: Buy
) -> None:
    order = await buy()
    emma = order.lines[0].isbn
    for request, minor in (
        (FOUR, 400),
        (FOUR, 400),
        (RefundRequest(lines=((emma, 1),)), 1200),
        (RefundRequest(amount=sgd(1799)), 1799),
    ):
        assert (await refund_order(database, gateway, order.id, request)).amount == sgd(minor)
    with pytest.raises(NotRefundable, match=r"S\$0.02 is more than the S\$0.01 that is left"):
        await refund_order(database, gateway, order.id, RefundRequest(amount=sgd(2)))
    assert (await refund_order(database, gateway, order.id, EVERYTHING)).amount == sgd(1)
    assert sum(refund["amount"] for refund in await refunds_at_stripe(account, order)) == 3800


async def test_many_at_once_do_not_exceed_the_total(
    database: Database, gateway: StripeGateway, account: Account, buy: Buy
) -> None:
    order = await buy()
    requests = [RefundRequest(amount=sgd(1000 + n)) for n in range(6)]
    answers = await asyncio.gather(
        *(refund_order(database, gateway, order.id, request) for request in requests), return_exceptions=True
    )
    made = [answer for answer in answers if isinstance(answer, Refund)]
    assert all(isinstance(answer, Refund | NotRefundable) for answer in answers)
    assert [refund.status for refund in made] == [RefundStatus.SUCCEEDED] * 3
    at_stripe = await refunds_at_stripe(account, order)
    assert sorted(refund["id"] for refund in at_stripe) == sorted(refund.refund_id for refund in made)


async def test_a_double_click_refunds_once(
    database: Database, gateway: StripeGateway, account: Account, buy: Buy
) -> None:
    order = await buy()
    answers = await asyncio.gather(
        *(refund_order(database, gateway, order.id, EVERYTHING) for _ in range(5)), return_exceptions=True
    )
    (made,) = await refunds_at_stripe(account, order)
    assert {answer.refund_id for answer in answers if isinstance(answer, Refund)} == {made["id"]}
    assert all(isinstance(answer, Refund | NotRefundable) for answer in answers)


@pytest.mark.parametrize("is_followed", [False, True])
async def test_a_crash_before_stripe_was_asked_loses_no_refund(
    database: Database, gateway: StripeGateway, account: Account, buy: Buy, is_followed: bool
) -> None:
    order = await buy()
    await database.write(begin_refund, order.id, FOUR, datetime.now(UTC))
    assert await database.read(list_due, datetime.now(UTC) + timedelta(minutes=2), 9) == [order.id]
    if is_followed:
        (refund,) = await refresh_refunds(database, gateway, order)
    else:
        refund = await refund_order(database, gateway, order.id, FOUR)
    assert (refund.id, refund.status) == (f"{order.id}-1", RefundStatus.SUCCEEDED)
    assert [made["amount"] for made in await refunds_at_stripe(account, order)] == [400]
    assert await database.read(list_refunds, order.id) == [refund]


@pytest.mark.parametrize("is_followed", [False, True])
@pytest.mark.parametrize(("network", "asked_again"), [(Lossy, 0), (Deaf, 1)])
async def test_a_lost_message_loses_no_refund_and_nothing_goes_back_twice(
    database: Database,
    gateway: StripeGateway,
    account: Account,
    simulator: Process,
    buy: Buy,
    network: type[StripeGateway],
    asked_again: int,
    is_followed: bool,
) -> None:
    order = await buy()
    emma = order.lines[0].isbn
    request = RefundRequest(lines=((emma, 1),), restock=True)
    unlucky = network(SECRET_KEY, (SIMULATOR_SECRET,), simulator.url)
    with pytest.raises(ProviderUnavailable):
        await refund_order(database, unlucky, order.id, request)
    await unlucky.close()
    before = await account.count_calls("POST", "/v1/refunds")
    if is_followed:
        (refund,) = await refresh_refunds(database, gateway, order)
    else:
        refund = await refund_order(database, gateway, order.id, request)
    assert await account.count_calls("POST", "/v1/refunds") == before + asked_again
    assert (refund.id, refund.status) == (f"{order.id}-1", RefundStatus.SUCCEEDED)
    (made,) = await refunds_at_stripe(account, order)
    assert (made["id"], made["amount"]) == (refund.refund_id, 1200)
    assert await database.read(list_refunds, order.id) == [refund]
    assert await database.read(count_on_hand, order) == [4, 4]
    assert await database.read(returns_of) == [(refund.id, emma, 1)]


async def test_replies_that_stripe_loses_lose_no_refund(
    database: Database, gateway: StripeGateway, account: Account, buy: Buy
) -> None:
    order = await buy()
    fault = {"kind": "reply-lost", "times": "1", "method": "POST", "path": "/v1/refunds"}
    await account.ask("POST", "/_control/faults", fault)
    refund = await refund_order(database, gateway, order.id, FOUR)
    assert [made["id"] for made in await refunds_at_stripe(account, order)] == [refund.refund_id]


async def test_another_request_waits_until_the_unanswered_one_is_made(
    database: Database, gateway: StripeGateway, account: Account, buy: Buy
) -> None:
    order = await buy()
    await database.write(begin_refund, order.id, FOUR, datetime.now(UTC))
    refund = await refund_order(database, gateway, order.id, EVERYTHING)
    assert (refund.id, refund.amount) == (f"{order.id}-2", sgd(3400))
    assert [made["amount"] for made in await refunds_at_stripe(account, order)] == [3400, 400]


async def test_what_stripe_refuses_failed_and_is_free_again(
    database: Database, gateway: StripeGateway, account: Account, buy: Buy
) -> None:
    order = await buy()
    theirs = await refund_elsewhere(account, order, 3800)
    refused = await refund_order(database, gateway, order.id, FOUR)
    assert (refused.status, refused.failure) == (RefundStatus.FAILED, "charge_already_refunded")
    first, second = sorted(await refresh_refunds(database, gateway, order), key=lambda r: r.id != refused.id)
    assert first == refused
    assert (second.id, second.refund_id, second.amount) == (theirs["id"], theirs["id"], sgd(3800))
    with pytest.raises(NotRefundable, match="Nothing is left"):
        await refund_order(database, gateway, order.id, FOUR)


async def test_refunds_made_elsewhere_are_stored_once(
    database: Database, gateway: StripeGateway, account: Account, buy: Buy
) -> None:
    order = await buy()
    ours = await refund_order(database, gateway, order.id, FOUR)
    theirs = await refund_elsewhere(account, order, 1000)
    answers = await asyncio.gather(*(refresh_refunds(database, gateway, order) for _ in range(5)))
    stored = await database.read(list_refunds, order.id)
    assert {refund.id for refund in stored} == {ours.id, theirs["id"]}
    assert all(set(answer) == set(stored) for answer in answers)
    assert (await refund_order(database, gateway, order.id, EVERYTHING)).amount == sgd(2400)


async def test_many_callers_at_once_store_a_refund_once(
    database: Database, gateway: StripeGateway, account: Account, buy: Buy
) -> None:
    order = await buy()
    for amount in (100, 200, 300):
        await refund_elsewhere(account, order, amount)
        told = await gateway.list_refunds(charge_id_of(order))
        await asyncio.gather(*(database.write(apply_refund_updates, order.id, told) for _ in range(10)))
    assert sorted(refund.amount.minor for refund in await database.read(list_refunds, order.id)) == [
        100,
        200,
        300,
    ]


async def test_a_slow_refund_is_followed_to_its_end(
    database: Database, gateway: StripeGateway, account: Account, buy: Buy
) -> None:
    order = await buy("pm_card_pendingRefund")
    pending = await refund_order(database, gateway, order.id, EVERYTHING)
    assert pending.is_open
    await decide(account, f"refunds/{pending.refund_id}", "succeeded")
    for _ in range(2):
        (refund,) = await refresh_refunds(database, gateway, order)
        assert refund == replace(pending, status=RefundStatus.SUCCEEDED)


async def test_a_refund_that_fails_late_is_stored_and_may_be_made_again(
    database: Database, gateway: StripeGateway, account: Account, buy: Buy
) -> None:
    order = await buy("pm_card_refundFail")
    made = await refund_order(database, gateway, order.id, EVERYTHING)
    assert made.status is RefundStatus.SUCCEEDED
    await decide(account, f"refunds/{made.refund_id}", "failed")
    (failed,) = await refresh_refunds(database, gateway, order)
    assert (failed.status, failed.failure) == (RefundStatus.FAILED, "expired_or_canceled_card")
    assert (await refund_order(database, gateway, order.id, EVERYTHING)).id == f"{order.id}-2"


async def test_a_dispute_marks_the_order_and_nothing_goes_back(
    database: Database, gateway: StripeGateway, account: Account, buy: Buy
) -> None:
    order = await buy("pm_card_createDispute")
    (dispute,) = (await account.ask("GET", f"/v1/disputes?charge={charge_id_of(order)}"))["data"]
    for outcome in ("needs_response", "won"):
        if outcome == "won":
            await decide(account, f"disputes/{dispute['id']}", outcome)
        for _ in range(2):
            assert await refresh_refunds(database, gateway, order) == []
            assert await read(database, order) == replace(order, dispute=outcome)
    assert await refunds_at_stripe(account, order) == []


async def test_a_disputed_payment_is_refused_by_stripe(
    database: Database, gateway: StripeGateway, buy: Buy
) -> None:
    order = await buy("pm_card_createDispute")
    refused = await refund_order(database, gateway, order.id, EVERYTHING)
    assert (refused.status, refused.failure) == (RefundStatus.FAILED, "charge_disputed")


async def test_a_fraud_warning_marks_the_order(database: Database, gateway: StripeGateway, buy: Buy) -> None:
    order = await buy("pm_card_createIssuerFraudRecord")
    for _ in range(2):
        assert await refresh_refunds(database, gateway, order) == []
        assert await read(database, order) == replace(order, fraud_warning="misc")


async def test_an_order_without_a_payment_has_nothing_to_follow(
    database: Database, gateway: StripeGateway
) -> None:
    assert await refresh_refunds(database, gateway, an_order()) == []
    with pytest.raises(LookupError):
        await refund_order(database, gateway, "no-such-order", FOUR)


async def test_everything_bought_is_on_the_shelf_again_once(
    database: Database, gateway: StripeGateway, buy: Buy
) -> None:
    order = await buy()
    request = RefundRequest(restock=True)
    await refund_order(database, gateway, order.id, request)
    with pytest.raises(NotRefundable):
        await refund_order(database, gateway, order.id, request)
    await refresh_refunds(database, gateway, order)
    assert await database.read(count_on_hand, order) == [5, 5]


async def test_a_copy_is_back_on_the_shelf_once_although_it_is_paid_for_in_another_refund(
    database: Database, gateway: StripeGateway, buy: Buy
) -> None:
    order = await buy()
    request = RefundRequest(lines=((order.lines[1].isbn, 1),), restock=True)
    await refund_order(database, gateway, order.id, request)
    with pytest.raises(NotRefundable, match="back on the shelf already"):
        await refund_order(database, gateway, order.id, request)
    assert await database.read(count_on_hand, order) == [3, 5]
    assert len(await database.read(list_refunds, order.id)) == 1


async def test_the_receipt_shows_what_went_back(
    shop: Shop, database: Database, gateway: StripeGateway, buy: Buy
) -> None:
    order = await buy()
    address = f"/orders/{order.token}"
    assert "Refunded" not in await (await shop.test_client().get(address)).get_data(as_text=True)
    await refund_order(database, gateway, order.id, FOUR)
    page = await (await shop.test_client().get(address)).get_data(as_text=True)
    assert '<dt>Refunded</dt><dd id="refunded">S$4.00</dd>' in page


@pytest.fixture
def command(database_url: str, simulator: Process) -> Iterator[Callable[..., Awaitable[Result]]]:
    """Runs `bookshop refund` as a bookseller would."""
    env = {**ENVIRONMENT, "DATABASE_URL": database_url, "STRIPE_API_BASE": simulator.url}

    async def run(*arguments: str) -> Result:
        # in a thread, since the command has an event loop of its own
        return await asyncio.to_thread(CliRunner().invoke, main, ["refund", *arguments], env=env)

    yield run
    logging.disable(logging.NOTSET)


async def test_the_command_refunds_by_number_and_by_id(
    account: Account, buy: Buy, command: Callable[..., Awaitable[Result]]
) -> None:
    order = await buy()
    answer = await command(str(order.number), "--amount", "4.00", "--reason", "duplicate")
    (made,) = await refunds_at_stripe(account, order)
    assert (answer.exit_code, answer.stdout) == (
        0,
        f"Refund of S$4.00 for order {order.number}: succeeded ({made['id']}).\n",
    )
    emma, persuasion = (line.isbn for line in order.lines)
    answer = await command(order.id, "--line", f"{emma}:1", "--line", persuasion, "--restock", "--json")
    assert answer.exit_code == 0
    told = json.loads(answer.stdout)
    assert (told["id"], told["amount_minor"], told["status"]) == (f"{order.id}-2", 2100, "succeeded")


async def test_the_command_explains_in_one_line_why_nothing_went_back(
    account: Account, buy: Buy, command: Callable[..., Awaitable[Result]]
) -> None:
    order = await buy()
    name = str(order.number)
    for arguments, said in (
        ((name, "--amount", "four"), "'four' is not an amount such as 23.00"),
        ((name, "--amount", "400"), "S$400.00 is more than the S$38.00 that is left of S$38.00."),
        ((name, "--line", "978:x"), "'978:x' is not ISBN or ISBN:QUANTITY."),
        (("9", "--amount", "4"), "No order has the number or id '9'. `bookshop orders` lists the orders."),
    ):
        answer = await command(*arguments)
        assert (answer.exit_code, answer.stderr) == (1, f"Error: {said}\n")
    await refund_elsewhere(account, order, 3800)
    answer = await command(name, "--json")
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["failure"] == "charge_already_refunded"
    said = f"The refund of S$38.00 for order {name} failed: charge_already_refunded."
    assert answer.stderr == f"Error: {said}\n"
