"""Refunds, disputes and fraud warnings at Stripe reach their order, once."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bookshop.database import Database
from bookshop.fulfilment.pack import pack
from bookshop.fulfilment.timeline_store import list_entries
from bookshop.payments.charge_history import Concern
from bookshop.payments.refresh_refunds import refresh_refunds
from bookshop.payments.refund import RefundStatus
from bookshop.payments.refund_order import refund_order
from bookshop.payments.refund_rules import RefundRequest
from bookshop.payments.refund_store import list_refunds
from bookshop.payments.send_refund import apply_refund_updates
from bookshop.payments.stripe_api.gateway import StripeGateway
from tests.audit import audit
from tests.builders import an_order, sgd
from tests.payments.paid_orders import (
    ACTOR,
    Buy,
    charge_id_of,
    copies_of,
    count_available,
    decide,
    mails_of,
    read,
    refund_elsewhere,
    refund_now,
    refunds_at_stripe,
)
from tests.payments.stripe_account import Account

FOUR = RefundRequest(amount=sgd(400))


EVERYTHING = RefundRequest()


async def test_refunds_made_elsewhere_are_stored_once(
    database: Database, gateway: StripeGateway, account: Account, buy: Buy
) -> None:
    order = await buy()
    ours = await refund_now(database, gateway, order, FOUR)
    theirs = await refund_elsewhere(account, order, 1000)
    answers = await asyncio.gather(*(refresh_refunds(database, gateway, order) for _ in range(5)))
    stored = await database.read(list_refunds, order.id)
    assert {refund.id for refund in stored} == {ours.id, theirs["id"]}
    assert await database.read(mails_of, order) == [
        ("refunded", ours.id, {"amount_minor": 400, "copies": []}),
        ("refunded", theirs["id"], {"amount_minor": 1000, "copies": []}),
    ]
    assert all(set(answer) == set(stored) for answer in answers)
    assert (await refund_now(database, gateway, order, EVERYTHING)).amount == sgd(2400)


async def test_all_that_is_refunded_elsewhere_is_not_packed_any_more(
    database: Database, gateway: StripeGateway, account: Account, buy: Buy
) -> None:
    order = await buy()
    emma = order.lines[0].isbn
    await database.write(pack, order.id, 0, {emma: 1}, actor=ACTOR, now=order.placed_at)
    for amount, copies in (
        (3799, [{"in_stock": 1, "packed": 1}, {"in_stock": 1}]),
        (1, [{"packed": 1, "cancelled": 1}, {"cancelled": 1}]),
    ):
        await refund_elsewhere(account, order, amount)
        for _ in range(2):
            await refresh_refunds(database, gateway, order)
        assert await database.read(copies_of, order) == copies
    entries = await database.read(list_entries, order.id)
    assert [(entry.action, entry.actor) for entry in entries] == [("pack", ACTOR), ("cancel", "shop")]
    assert await database.read(count_available, order) == [4, 5]
    assert await database.read(audit) == ()


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
    pending = await refund_now(database, gateway, order, EVERYTHING)
    assert pending.is_open
    await decide(account, f"refunds/{pending.stripe_refund_id}", "succeeded")
    for _ in range(2):
        (refund,) = await refresh_refunds(database, gateway, order)
        assert refund == replace(pending, status=RefundStatus.SUCCEEDED)
    assert [kind for kind, _, _ in await database.read(mails_of, order)] == ["refunded"]


async def test_a_refund_that_fails_late_is_stored_and_may_be_made_again(
    database: Database, gateway: StripeGateway, account: Account, buy: Buy
) -> None:
    order = await buy("pm_card_refundFail")
    made = await refund_now(database, gateway, order, EVERYTHING)
    assert made.status is RefundStatus.SUCCEEDED
    await decide(account, f"refunds/{made.stripe_refund_id}", "failed")
    (failed,) = await refresh_refunds(database, gateway, order)
    assert (failed.status, failed.failure) == (RefundStatus.FAILED, "expired_or_canceled_card")
    told = await database.read(mails_of, order)
    assert [(kind, occurrence) for kind, occurrence, _ in told] == [
        ("refunded", made.id),
        ("needs_review", f"refund-{made.id}"),
    ]
    assert (await refund_now(database, gateway, order, EVERYTHING)).id == f"{order.id}-2"


async def test_an_old_report_does_not_replace_a_newer_one(
    database: Database, gateway: StripeGateway, account: Account, buy: Buy, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await buy()
    find_warning = gateway.find_fraud_warning

    async def find_later(charge_id: str) -> Concern | None:
        # no dispute was listed before; now there is one, and another process stores it
        monkeypatch.setattr(gateway, "find_fraud_warning", find_warning)
        intent = order.attempt.intent_id
        await account.ask("POST", f"/_control/payments/{intent}/dispute", {})
        await refresh_refunds(database, gateway, order)
        return await find_warning(charge_id)

    monkeypatch.setattr(gateway, "find_fraud_warning", find_later)
    await refresh_refunds(database, gateway, order)
    assert (await read(database, order)).dispute == "needs_response"


async def test_a_dispute_marks_the_order_and_nothing_goes_back(
    database: Database, gateway: StripeGateway, account: Account, buy: Buy
) -> None:
    order = await buy("pm_card_createDispute")
    (dispute,) = (await account.ask("GET", f"/v1/disputes?charge={charge_id_of(order)}"))["data"]
    due_at = datetime.fromtimestamp(dispute["evidence_details"]["due_by"], UTC)
    for outcome in ("needs_response", "won"):
        if outcome == "won":
            await decide(account, f"disputes/{dispute['id']}", outcome)
        for _ in range(2):
            assert await refresh_refunds(database, gateway, order) == []
            assert await read(database, order) == replace(order, dispute=outcome, dispute_due_at=due_at)
    assert await refunds_at_stripe(account, order) == []
    details = {"reason": "dispute", "message": "Stripe’s status of the dispute: needs response."}
    assert await database.read(mails_of, order) == [("needs_review", f"dispute-{dispute['id']}", details)]


async def test_a_fraud_warning_marks_the_order(database: Database, gateway: StripeGateway, buy: Buy) -> None:
    order = await buy("pm_card_createIssuerFraudRecord")
    for _ in range(2):
        assert await refresh_refunds(database, gateway, order) == []
        assert await read(database, order) == replace(order, fraud_warning="misc")
    (mail,) = await database.read(mails_of, order)
    details = {"reason": "fraud_warning", "message": "The type of fraud, as the bank names it: misc."}
    assert (mail[0], mail[1][:20], mail[2]) == ("needs_review", "fraud_warning-issfr_", details)


async def test_an_order_without_a_payment_has_nothing_to_follow(
    database: Database, gateway: StripeGateway
) -> None:
    assert await refresh_refunds(database, gateway, an_order()) == []
    with pytest.raises(LookupError):
        await refund_order(database, gateway, "no-such-order", 0, FOUR, actor=ACTOR)
