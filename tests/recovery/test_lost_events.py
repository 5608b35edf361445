"""Events of payments whose orders are missing: each is handled, and none is forgotten."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, func, select

from bookshop.app import Shop
from bookshop.database import Database
from bookshop.orders.payment_store import take_number
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.recovery.lost_order import LostOrder
from bookshop.recovery.lost_order_store import close_lost_order, find_lost_order, list_lost_orders
from bookshop.recovery.recover_from_stripe import recover_from_stripe
from bookshop.recovery.run_recovery import follow_lost_orders
from bookshop.schema import stripe_events
from tests.audit import audit
from tests.builders import SHOP_ID, a_book, an_order
from tests.payments.stripe_account import Account
from tests.payments.test_routes import an_event, send
from tests.recovery.conftest import Lose


def an_event_of(intent_id: str, kind: str = "payment_intent.succeeded", key: str = "") -> str:
    """Return an event as Stripe sends it, of an order that the database does not have."""
    name = "payment_intent" if kind.startswith("payment_intent") else kind.rpartition(".")[0]
    own = {"id": intent_id} if name == "payment_intent" else {"id": "x_1", "payment_intent": intent_id}
    subject = {**own, "object": name, "metadata": {"order": "missing"}}
    return an_event(intent_id, f"evt_{kind}_{intent_id}{key}", type=kind, data={"object": subject})


def count_unhandled(db: Connection) -> int:
    unhandled = select(func.count()).select_from(stripe_events).where(stripe_events.c.handled_at.is_(None))
    return db.execute(unhandled).scalar_one()


async def find(database: Database, intent_id: str) -> LostOrder:
    lost = await database.read(find_lost_order, intent_id)
    assert lost
    return lost


async def test_a_late_webhook_of_a_lost_order_is_accepted_and_stored(
    shop: Shop, database: Database, gateway: StripeGateway, lose: Lose
) -> None:
    intent_id = await lose()
    for _ in range(2):
        assert await send(shop, an_event_of(intent_id)) == 200
        await follow_lost_orders(database, gateway)
        assert [one.intent_id for one in await database.read(list_lost_orders, is_open=True)] == [intent_id]
        assert await database.read(count_unhandled) == 0
    assert [one.rule for one in await database.read(audit)] == ["lost"]


async def test_a_lost_order_that_an_event_has_found_is_counted_once(
    shop: Shop, database: Database, gateway: StripeGateway, lose: Lose
) -> None:
    began, intent_id = datetime.now(UTC), await lose()
    await send(shop, an_event_of(intent_id))
    await follow_lost_orders(database, gateway)
    counted = [(await recover_from_stripe(database, gateway, began)).payments for _ in range(3)]
    assert counted == [1, 0, 0]
    assert await database.write(take_number) == 1002


async def test_payments_of_other_programs_are_left_alone(
    shop: Shop, database: Database, gateway: StripeGateway, account: Account, shop_id: str
) -> None:
    foreign = await gateway.create_payment(an_order(a_book()), SHOP_ID)
    unpaid = await gateway.create_payment(an_order(a_book()), shop_id)
    await account.pay(foreign.update.intent_id)
    for intent_id in (foreign.update.intent_id, unpaid.update.intent_id, "pi_of_nobody"):
        assert await send(shop, an_event_of(intent_id)) == 200
    await follow_lost_orders(database, gateway)
    assert not await database.read(list_lost_orders, is_open=True)
    assert await database.read(count_unhandled) == 0


async def test_what_happens_to_a_lost_payment_is_followed(
    shop: Shop, database: Database, gateway: StripeGateway, account: Account, lose: Lose
) -> None:
    intent_id = await lose()
    await send(shop, an_event_of(intent_id))
    await follow_lost_orders(database, gateway)
    now = datetime.now(UTC)
    await database.write(close_lost_order, intent_id, "Sent.", actor="Mei", now=now)

    await account.ask("POST", "/v1/refunds", {"payment_intent": intent_id, "amount": "100"})
    await send(shop, an_event_of(intent_id, "refund.created"))
    await follow_lost_orders(database, gateway)
    lost = await find(database, intent_id)
    assert (lost.refunded.minor, lost.note) == (100, "Sent.")

    await account.ask("POST", f"/_control/payments/{intent_id}/dispute", {})
    await send(shop, an_event_of(intent_id, "charge.dispute.created"))
    await follow_lost_orders(database, gateway)
    lost = await find(database, intent_id)
    assert (lost.dispute, lost.is_open, lost.refundable.minor) == ("needs_response", True, 0)
    assert lost.dispute_due_at
    assert lost.dispute_due_at > now + timedelta(days=1)
    # noted: the same dispute does not open it again
    await database.write(close_lost_order, intent_id, "Answered.", actor="Mei", now=now)
    await send(shop, an_event_of(intent_id, "charge.dispute.updated"))
    await follow_lost_orders(database, gateway)
    assert not (await find(database, intent_id)).is_open


@pytest.mark.parametrize(("outcome", "is_open"), [("succeeded", True), ("failed", False)])
async def test_a_lost_payment_that_takes_its_time_is_followed_to_its_end(
    shop: Shop,
    database: Database,
    gateway: StripeGateway,
    account: Account,
    lose: Lose,
    outcome: str,
    is_open: bool,
) -> None:
    intent_id = await lose("pm_card_processing")
    await send(shop, an_event_of(intent_id, "payment_intent.processing"))
    await follow_lost_orders(database, gateway)
    assert (await find(database, intent_id)).is_processing
    await account.ask("POST", f"/_control/payment_intents/{intent_id}/settle", {"outcome": outcome})
    kind = "payment_intent.succeeded" if is_open else "payment_intent.payment_failed"
    await send(shop, an_event_of(intent_id, kind))
    await follow_lost_orders(database, gateway)
    lost = await find(database, intent_id)
    assert (lost.is_open, lost.is_processing, bool(lost.refundable)) == (is_open, False, is_open)
