"""After a backup is restored, nothing paid is unknown and no number is given twice."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from bookshop.backups.make_backup import make_backup
from bookshop.database import Database
from bookshop.orders.store import find_order_by_id
from bookshop.payments.refund_store import list_refunds
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.recovery.lost_order_store import list_lost_orders
from bookshop.recovery.recover_from_stripe import recover_from_stripe
from bookshop.recovery.recovery_store import find_pending_recovery
from bookshop.schema import payment_attempts
from bookshop.settings import Settings
from tests.audit import audit
from tests.backups.shop import COVERS, read_files, restore, undo, write_covers
from tests.builders import a_book, some_settings, store_book
from tests.payments.stripe_account import Account
from tests.processes import Process
from tests.recovery.lost_shop import list_numbers, lose_everything, opened, sell, serving
from tests.shopper import Shopper


@pytest.fixture
def settings(database_url: str, shop_id: str, simulator: Process, tmp_path: Path) -> Settings:
    """Return the settings of a shop whose payments and files no other test has."""
    write_covers(tmp_path / "covers")
    return some_settings(
        DATABASE_URL=database_url,
        STRIPE_API_BASE=simulator.url,
        COVERS_DIR=str(tmp_path / "covers"),
        BACKUPS_DIR=str(tmp_path / "backups"),
    )


async def test_back_up_sell_ten_lose_everything_restore(
    settings: Settings, database: Database, gateway: StripeGateway, account: Account
) -> None:
    book = await database.write(store_book, a_book(stock=60))
    await database.close()
    async with serving(settings) as shop:
        before = [await sell(shop, account, book.isbn) for _ in range(3)]
        shopper = Shopper(shop.test_client())
        open_intent = await shopper.find_intent(await shopper.place_and_pay_page(book.isbn))
        async with opened(settings.database_url) as served:
            backup = await make_backup(settings, served)
        lost = [await sell(shop, account, book.isbn) for _ in range(9)]
        lost.append(await sell(shop, account, book.isbn, "pm_card_createDispute"))
        await account.pay(open_intent)
        shopper = Shopper(shop.test_client())
        forgotten = await shopper.find_intent(await shopper.place_and_pay_page(book.isbn))
        await refund(account, before[0], "500")
        await refund(account, lost[0], "")
        await account.ask("POST", f"/_control/payments/{before[1]}/dispute", {})
    async with opened(settings.database_url) as served:
        given = set(await served.read(list_numbers))

    await lose_everything(settings)
    await restore(settings, backup.file)
    assert read_files(settings.covers_dir) == COVERS
    async with opened(settings.database_url) as restored:
        assert await restored.read(find_pending_recovery)
        recovery = await recover_from_stripe(restored, gateway, datetime.now(UTC))
        assert recovery.payments == 11
        assert {one.intent_id for one in recovery.lost} == set(lost[1:])
        for one in recovery.lost:
            assert (one.name, one.email, one.books) == ("Ada Reader", "reader@example.com", f"{book.isbn}×1")
            assert (one.amount.minor, one.refunded.minor) == (1890, 0)
        assert {one.intent_id for one in recovery.lost if one.dispute} == {lost[9]}
        done = await restored.read(list_lost_orders, is_open=False)
        assert [(one.intent_id, one.refunded.minor) for one in done] == [(lost[0], 1890)]
        assert (await account.read(forgotten))["status"] == "canceled"
        await check_known(restored, before, open_intent)
        # again: nothing changes
        again = await recover_from_stripe(restored, gateway, backup.made_at)
        assert (again.payments, again.lost) == (0, recovery.lost)
        assert {one.subject for one in await restored.read(audit)} == set(lost[1:])

    async with serving(settings) as shop:
        for _ in range(3):
            await sell(shop, account, book.isbn)
    async with opened(settings.database_url) as restored:
        numbers = set(await restored.read(list_numbers))
    assert len(numbers) == 7
    assert numbers & given == {1001, 1002, 1003}


async def check_known(database: Database, before: list[str], open_intent: str) -> None:
    """Check that the orders of the backup are as Stripe has them."""
    found = await database.read(list_by_intent)
    refunded = await database.read(list_refunds, found[before[0]])
    assert [one.amount.minor for one in refunded] == [500]
    disputed = await database.read(find_order_by_id, found[before[1]])
    assert disputed
    assert disputed.dispute == "needs_response"
    paid = await database.read(find_order_by_id, found[open_intent])
    assert paid
    # the backup's last number, and eleven that were given since
    assert (paid.payment, paid.number) == ("paid", 1003 + 11 + 1)


def list_by_intent(db: Connection) -> dict[str, str]:
    rows = db.execute(select(payment_attempts.c.intent_id, payment_attempts.c.order_id))
    return {row.intent_id: row.order_id for row in rows}


async def refund(account: Account, intent_id: str, amount: str) -> None:
    """Refund an amount in Stripe's dashboard, or all."""
    form = {"payment_intent": intent_id} | ({"amount": amount} if amount else {})
    await account.ask("POST", "/v1/refunds", form)


async def test_what_was_sold_before_a_restore_is_undone_is_known_afterwards(
    settings: Settings, database: Database, gateway: StripeGateway, account: Account
) -> None:
    book = await database.write(store_book, a_book(stock=9))
    backup = await make_backup(settings, database)
    await database.close()
    async with serving(settings) as shop:
        first = await sell(shop, account, book.isbn)
    await restore(settings, backup.file)
    async with opened(settings.database_url) as restored:
        recovery = await recover_from_stripe(restored, gateway, backup.made_at)
        assert [one.intent_id for one in recovery.lost] == [first]
    async with serving(settings) as shop:
        second = await sell(shop, account, book.isbn)
    await undo(settings)
    async with opened(settings.database_url) as undone:
        recovery = await recover_from_stripe(undone, gateway, datetime.now(UTC))
        assert [one.intent_id for one in recovery.lost] == [second]
    async with serving(settings) as shop:
        await sell(shop, account, book.isbn)
    async with opened(settings.database_url) as undone:
        # 1002 was given while the backup was restored
        assert await undone.read(list_numbers) == [1001, 1003]
