"""After a backup is restored, nothing paid is unknown and no number is given twice."""

from datetime import UTC, datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, select

from bookshop.database import Database
from bookshop.orders.audit.run_audit import run_audit
from bookshop.orders.store import find_order_by_id
from bookshop.payments.refund_store import list_refunds
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.recovery.lost_order_store import list_lost_orders
from bookshop.recovery.recover_from_stripe import recover_from_stripe
from bookshop.schema import identity, payment_attempts
from tests.builders import a_book, store_book
from tests.payments.stripe_account import SECRET_KEY, Account
from tests.processes import SIMULATOR_SECRET, Process
from tests.recovery.lost_shop import copy_database, list_numbers, opened, sell, serving
from tests.shopper import Shopper


async def test_back_up_sell_ten_lose_everything_restore(
    database_url: str, own_simulator: Process, tmp_path: Any
) -> None:
    account = Account(own_simulator.url)
    book, shop_id = a_book(stock=60), token_hex(8)
    gateway = StripeGateway(SECRET_KEY, (SIMULATOR_SECRET,), own_simulator.url)
    async with opened(database_url) as database, serving(database_url, own_simulator.url) as shop:
        await database.write(store_book, book)
        await database.write(set_shop_id, shop_id)
        before = [await sell(shop, account, book.isbn) for _ in range(3)]
        open_page = await Shopper(shop.test_client()).place_and_pay_page(book.isbn)
        shopper = Shopper(shop.test_client())
        open_intent = await shopper.find_intent(open_page)
    began = datetime.now(UTC)
    backup_url = await copy_database(database_url)

    async with opened(database_url) as database, serving(database_url, own_simulator.url) as shop:
        lost = [await sell(shop, account, book.isbn) for _ in range(9)]
        lost.append(await sell(shop, account, book.isbn, "pm_card_createDispute"))
        await account.pay(open_intent)
        forgotten = await Shopper(shop.test_client()).place_and_pay_page(book.isbn)
        forgotten_intent = await Shopper(shop.test_client()).find_intent(forgotten)
        await refund(account, before[0], "500")
        await refund(account, lost[0], "")
        await account.ask("POST", f"/_control/payments/{before[1]}/dispute", {})
        given = set(await database.read(list_numbers))

    async with opened(backup_url) as database:
        recovery = await recover_from_stripe(database, gateway, began)
        assert {one.intent_id for one in recovery.lost} == set(lost[1:])
        assert recovery.payments == 11
        for one in recovery.lost:
            assert (one.name, one.email, one.books) == ("Ada Reader", "reader@example.com", f"{book.isbn}×1")
            assert (one.amount.minor, one.refunded.minor) == (1890, 0)
        done = await database.read(list_lost_orders, is_open=False)
        assert [(one.intent_id, one.refunded.minor) for one in done] == [(lost[0], 1890)]
        assert {one.intent_id for one in recovery.lost if one.dispute} == {lost[9]}
        assert (await account.read(forgotten_intent))["status"] == "canceled"
        await check_known(database, before, open_intent)
        # again: nothing changes
        again = await recover_from_stripe(database, gateway, began)
        assert (again.payments, again.lost) == (0, recovery.lost)
        assert {one.subject for one in (await database.read(run_audit)).violations} == set(lost[1:])

    async with opened(backup_url) as database, serving(backup_url, own_simulator.url) as shop:
        for _ in range(3):
            await sell(shop, account, book.isbn)
        numbers = set(await database.read(list_numbers))
        assert len(numbers) == 7
        assert numbers & given == {1001, 1002, 1003}
    await gateway.close()


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


def set_shop_id(db: Connection, shop_id: str) -> None:
    db.execute(identity.update().values(shop_id=shop_id))


async def refund(account: Account, intent_id: str, amount: str) -> None:
    """Refund an amount in Stripe's dashboard, or all."""
    form = {"payment_intent": intent_id} | ({"amount": amount} if amount else {})
    await account.ask("POST", "/v1/refunds", form)
