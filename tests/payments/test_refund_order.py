"""Money goes back once, whatever is lost on the way."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from bookshop.database import Database
from bookshop.fulfilment.timeline import OrderChanged
from bookshop.orders.due_store import list_due_orders
from bookshop.orders.order import Order
from bookshop.payments.errors import ProviderUnavailable
from bookshop.payments.refresh_refunds import refresh_refunds
from bookshop.payments.refund import Refund, RefundStatus, RefundUpdate
from bookshop.payments.refund_rules import NotRefundable, RefundRequest
from bookshop.payments.refund_store import list_refunds
from bookshop.payments.stripe_api.gateway import StripeGateway
from tests.builders import sgd
from tests.payments.paid_orders import (
    Buy,
    begin,
    copies_of,
    count_available,
    mails_of,
    movements_of,
    refund_elsewhere,
    refund_now,
    refunds_at_stripe,
)
from tests.payments.stripe_account import SECRET_KEY, Account
from tests.processes import SIMULATOR_SECRET, Process

FOUR = RefundRequest(amount=sgd(400))


EVERYTHING = RefundRequest()


class Lossy(StripeGateway):
    """Stripe's account behind a network that loses every answer to a refund."""

    async def create_refund(self, charge_id: str, refund: Refund) -> RefundUpdate:
        await super().create_refund(charge_id, refund)
        raise ProviderUnavailable


class Deaf(StripeGateway):
    """Stripe's account behind a network that loses every request for a refund."""

    async def create_refund(self, charge_id: str, refund: Refund) -> RefundUpdate:
        raise ProviderUnavailable


async def test_everything_goes_back(
    database: Database, gateway: StripeGateway, account: Account, buy: Buy
) -> None:
    order = await buy()
    request = RefundRequest(reason="requested_by_customer")
    refund = await refund_now(database, gateway, order, request)
    (made,) = await refunds_at_stripe(account, order)
    assert (made["amount"], made["reason"]) == (3800, "requested_by_customer")
    assert made["metadata"] == {"order": order.id, "refund": f"{order.id}-1"}
    assert (refund.id, refund.stripe_refund_id, refund.status) == (
        f"{order.id}-1",
        made["id"],
        RefundStatus.SUCCEEDED,
    )
    assert await database.read(list_refunds, order.id) == [refund]
    assert await database.read(count_available, order) == [5, 5]
    assert await database.read(copies_of, order) == [{"cancelled": 2}, {"cancelled": 1}]
    with pytest.raises(NotRefundable, match="Nothing is left"):
        await refund_now(database, gateway, order, EVERYTHING)


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
        assert (await refund_now(database, gateway, order, request)).amount == sgd(minor)
    with pytest.raises(NotRefundable, match=r"S\$0.02 is more than the S\$0.01 that can still be refunded"):
        await refund_now(database, gateway, order, RefundRequest(amount=sgd(2)))
    assert (await refund_now(database, gateway, order, EVERYTHING)).amount == sgd(1)
    assert sum(refund["amount"] for refund in await refunds_at_stripe(account, order)) == 3800


async def insist(database: Database, gateway: StripeGateway, order: Order, request: RefundRequest) -> Refund:
    """Refund an order, and look at it again whenever another was quicker."""
    while True:
        with suppress(OrderChanged):
            return await refund_now(database, gateway, order, request)


async def test_many_at_once_do_not_exceed_the_total(
    database: Database, gateway: StripeGateway, account: Account, buy: Buy
) -> None:
    order = await buy()
    requests = [RefundRequest(amount=sgd(1000 + n)) for n in range(6)]
    answers = await asyncio.gather(
        *(insist(database, gateway, order, request) for request in requests), return_exceptions=True
    )
    made = [answer for answer in answers if isinstance(answer, Refund)]
    assert all(isinstance(answer, Refund | NotRefundable) for answer in answers)
    assert [refund.status for refund in made] == [RefundStatus.SUCCEEDED] * 3
    at_stripe = await refunds_at_stripe(account, order)
    assert sorted(refund["id"] for refund in at_stripe) == sorted(refund.stripe_refund_id for refund in made)


async def test_a_double_click_refunds_once(
    database: Database, gateway: StripeGateway, account: Account, buy: Buy
) -> None:
    order = await buy()
    answers = await asyncio.gather(
        *(refund_now(database, gateway, order, EVERYTHING) for _ in range(5)), return_exceptions=True
    )
    (made,) = await refunds_at_stripe(account, order)
    assert {answer.stripe_refund_id for answer in answers if isinstance(answer, Refund)} == {made["id"]}
    assert all(isinstance(answer, Refund | NotRefundable | OrderChanged) for answer in answers)


@pytest.mark.parametrize("is_followed", [False, True])
async def test_a_crash_before_stripe_was_asked_loses_no_refund(
    database: Database, gateway: StripeGateway, account: Account, buy: Buy, is_followed: bool
) -> None:
    order = await buy()
    await database.write(begin, order, FOUR)
    assert await database.read(list_due_orders, datetime.now(UTC) + timedelta(minutes=2), 9) == [order.id]
    if is_followed:
        (refund,) = await refresh_refunds(database, gateway, order)
    else:
        refund = await refund_now(database, gateway, order, FOUR)
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
        await refund_now(database, unlucky, order, request)
    await unlucky.close()
    before = await account.count_calls("POST", "/v1/refunds")
    if is_followed:
        (refund,) = await refresh_refunds(database, gateway, order)
    else:
        refund = await refund_now(database, gateway, order, request)
    assert await account.count_calls("POST", "/v1/refunds") == before + asked_again
    assert (refund.id, refund.status) == (f"{order.id}-1", RefundStatus.SUCCEEDED)
    (made,) = await refunds_at_stripe(account, order)
    assert (made["id"], made["amount"]) == (refund.stripe_refund_id, 1200)
    assert await database.read(list_refunds, order.id) == [refund]
    assert await database.read(count_available, order) == [4, 4]
    assert await database.read(movements_of, order, "unsold") == [(f"{order.id}:1", emma, 1)]
    told = [("refunded", refund.id, {"amount_minor": 1200, "copies": [[emma, 1]]})]
    assert await database.read(mails_of, order) == told


async def test_replies_that_stripe_loses_lose_no_refund(
    database: Database, gateway: StripeGateway, account: Account, buy: Buy
) -> None:
    order = await buy()
    fault = {"kind": "reply-lost", "times": "1", "method": "POST", "path": "/v1/refunds"}
    await account.ask("POST", "/_control/faults", fault)
    refund = await refund_now(database, gateway, order, FOUR)
    assert [made["id"] for made in await refunds_at_stripe(account, order)] == [refund.stripe_refund_id]


async def test_another_request_waits_until_the_unanswered_one_is_made(
    database: Database, gateway: StripeGateway, account: Account, buy: Buy
) -> None:
    order = await buy()
    await database.write(begin, order, FOUR)
    refund = await refund_now(database, gateway, order, EVERYTHING)
    assert (refund.id, refund.amount) == (f"{order.id}-2", sgd(3400))
    assert [made["amount"] for made in await refunds_at_stripe(account, order)] == [3400, 400]


async def test_what_stripe_refuses_failed_and_is_free_again(
    database: Database, gateway: StripeGateway, account: Account, buy: Buy
) -> None:
    order = await buy()
    theirs = await refund_elsewhere(account, order, 3800)
    refused = await refund_now(database, gateway, order, FOUR)
    assert (refused.status, refused.failure) == (RefundStatus.FAILED, "charge_already_refunded")
    first, second = sorted(await refresh_refunds(database, gateway, order), key=lambda r: r.id != refused.id)
    assert first == refused
    assert (second.id, second.stripe_refund_id, second.amount) == (theirs["id"], theirs["id"], sgd(3800))
    with pytest.raises(NotRefundable, match="Nothing is left"):
        await refund_now(database, gateway, order, FOUR)


async def test_a_disputed_payment_is_refused_by_stripe(
    database: Database, gateway: StripeGateway, buy: Buy
) -> None:
    order = await buy("pm_card_createDispute")
    refused = await refund_now(database, gateway, order, EVERYTHING)
    assert (refused.status, refused.failure) == (RefundStatus.FAILED, "charge_disputed")


async def test_everything_bought_is_on_the_shelf_again_once(
    database: Database, gateway: StripeGateway, buy: Buy
) -> None:
    order = await buy()
    request = RefundRequest(restock=True)
    await refund_now(database, gateway, order, request)
    with pytest.raises(NotRefundable):
        await refund_now(database, gateway, order, request)
    await refresh_refunds(database, gateway, order)
    assert await database.read(count_available, order) == [5, 5]


async def test_a_copy_is_refunded_and_on_the_shelf_once(
    database: Database, gateway: StripeGateway, buy: Buy
) -> None:
    order = await buy()
    request = RefundRequest(lines=((order.lines[1].isbn, 1),), restock=True)
    await refund_now(database, gateway, order, request)
    with pytest.raises(NotRefundable, match="0 can still be refunded"):
        await refund_now(database, gateway, order, request)
    assert await database.read(count_available, order) == [3, 5]
    assert len(await database.read(list_refunds, order.id)) == 1
