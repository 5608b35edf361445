"""A comparison that is interrupted at any request to Stripe runs again, and ends the same."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from bookshop.database import Database
from bookshop.orders.order import PaymentState
from bookshop.orders.payment_attempt import FIRST_ATTEMPT
from bookshop.orders.store import find_order
from bookshop.payments.errors import ProviderUnavailable
from bookshop.payments.reconcile import NO_INTERVAL, reconcile
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.recovery.recover_from_stripe import recover_from_stripe
from bookshop.recovery.recovery_store import begin_recovery, find_pending_recovery
from bookshop.recovery.run_recovery import recover_if_pending
from tests.audit import audit
from tests.builders import a_book, an_order, store_book
from tests.payments.paid_orders import Buy, refund_elsewhere
from tests.payments.stored_orders import place
from tests.payments.stripe_account import SECRET_KEY, Account
from tests.processes import SIMULATOR_SECRET, Process
from tests.recovery.conftest import Lose
from tests.recovery.lost_shop import opened

PAYMENTS = ("read_payment", "read_payment_details", "cancel_payment", "find_dispute", "find_fraud_warning")
REQUESTS = (*PAYMENTS, "list_refunds", "list_payment_details", "list_charge_changes")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Use one kind of database: what fails here is Stripe."""
    return sqlite_url


class Failing(StripeGateway):
    """Fails at the request number `fails_at`, before it is sent."""

    fails_at, count = -1, 0

    def __getattribute__(self, name: str) -> Any:
        if name in REQUESTS:
            self.count += 1
            if self.count == self.fails_at:
                raise ProviderUnavailable
        return super().__getattribute__(name)


def read_state(db: Connection) -> list[Any]:
    """Return all that a comparison changes, without the moments."""
    return [
        db.execute(text("SELECT id, number, payment, dispute FROM orders ORDER BY number, id")).all(),
        db.execute(
            text("SELECT intent_id, status, refunded_minor FROM lost_orders ORDER BY intent_id")
        ).all(),
        db.execute(text("SELECT order_id, amount_minor, status FROM refunds ORDER BY order_id")).all(),
        db.execute(text("SELECT skipped_after, skipped_to FROM recoveries WHERE ended_at IS NOT NULL")).all(),
        audit(db),
    ]


async def sell_since(
    database: Database, gateway: StripeGateway, account: Account, buy: Buy, lose: Lose, shop_id: str
) -> None:
    """Pay, refund and switch after the backup, which the database is."""
    book = await database.write(store_book, a_book(stock=9))
    paid, switched, _ = [await place(database, gateway, book) for _ in range(3)]
    await account.pay(paid.attempt.intent_id)
    await account.cancel(switched.attempt.intent_id)
    second = replace(switched, attempt=replace(FIRST_ATTEMPT, version=2))
    await account.pay((await gateway.create_payment(second, shop_id)).update.intent_id)
    await refund_elsewhere(account, await buy(), 100)
    await lose()
    await lose("pm_card_createDispute")


async def test_a_comparison_that_is_interrupted_anywhere_ends_the_same(
    database: Database,
    gateway: StripeGateway,
    account: Account,
    simulator: Process,
    buy: Buy,
    lose: Lose,
    shop_id: str,
    tmp_path: Path,
) -> None:
    await sell_since(database, gateway, account, buy, lose, shop_id)
    await database.close()
    backup, began = tmp_path / "bookshop.db", datetime.now(UTC)

    async def recover(fails_at: int) -> tuple[list[Any], int]:
        file = Path(shutil.copy(backup, tmp_path / f"restored-{fails_at}.db"))
        await gateway.create_payment(an_order(), shop_id)  # a page that was forgotten could still pay it
        failing = Failing(SECRET_KEY, (SIMULATOR_SECRET,), simulator.url)
        failing.fails_at = fails_at
        async with opened(f"sqlite:///{file}") as restored:
            if fails_at:
                with pytest.raises(ProviderUnavailable):
                    await recover_from_stripe(restored, failing, began)
                assert await restored.read(find_pending_recovery)
                # as the processes of the shop carry it on
                await recover_if_pending(restored, gateway)
            else:
                await recover_from_stripe(restored, failing, began)
            assert await restored.read(find_pending_recovery) is None
            state = await restored.read(read_state)
        await failing.close()
        return state, failing.count

    expected, requests = await recover(0)
    orders, lost, refunds, skipped, violations = expected
    assert [(row.payment, row.number) for row in orders if row.number] == [
        ("paid", 1001),
        ("paid", 1006),
        ("paid", 1007),
    ]
    assert [row.status for row in lost] == ["succeeded", "succeeded"]
    assert [tuple(row) for row in skipped] == [(1001, 1005)]
    assert len(refunds) == 1
    assert {one.rule for one in violations} == {"lost"}
    assert requests > 10
    for number in range(1, requests + 1):
        assert (await recover(number))[0] == expected, number


async def test_the_log_counts_one_missing_order(
    database: Database, gateway: StripeGateway, lose: Lose, caplog: pytest.LogCaptureFixture
) -> None:
    await lose()
    await database.write(begin_recovery, datetime.now(UTC), datetime.now(UTC))
    await recover_if_pending(database, gateway)
    assert "Payments since: 1, missing orders: 1" in caplog.text


async def test_a_payment_waits_until_the_numbers_are_known(
    database: Database, gateway: StripeGateway, account: Account, shop_id: str
) -> None:
    book = await database.write(store_book, a_book(stock=9))
    order = await place(database, gateway, book)
    await account.pay(order.attempt.intent_id)
    began = datetime.now(UTC)
    failing = Failing(SECRET_KEY, (SIMULATOR_SECRET,), "http://127.0.0.1:9")
    failing.fails_at = 1
    with pytest.raises(ProviderUnavailable):
        await recover_from_stripe(database, failing, began)
    await failing.close()
    waiting, is_fresh = await reconcile(database, gateway, order, NO_INTERVAL)
    assert (waiting.payment, is_fresh) == (PaymentState.OPEN, False)
    await recover_if_pending(database, gateway)
    paid = await database.read(find_order, order.token)
    assert paid
    # the payment may have had 1001 before the loss
    assert (paid.payment, paid.number) == (PaymentState.PAID, 1002)
