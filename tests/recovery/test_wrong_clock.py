"""A clock that was wrong hides no payment, and keeps no comparison from ending."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from bookshop.backups.clean_restored import clean_restored
from bookshop.checkout.place_order import reserve_and_add
from bookshop.database import Database
from bookshop.orders.payment_store import take_number
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.recovery.lost_order_store import find_lost_order
from bookshop.recovery.recovery_store import (
    begin_after_undo,
    begin_recovery,
    bound_since,
    find_pending_recovery,
)
from bookshop.recovery.run_recovery import recover_if_pending
from bookshop.schema import orders
from tests.builders import a_book, an_order, store_book
from tests.payments.paid_orders import Buy
from tests.recovery.conftest import Lose

NOW = datetime(2026, 11, 29, 17, tzinfo=UTC)
EARLIER, LATER, MUCH_LATER = (NOW + timedelta(days=days) for days in (-9, 9, 400))
AT_FIRST = datetime(2011, 1, 1, tzinfo=UTC)
LONG_AGO = (datetime.min.replace(tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("made_at", [*LONG_AGO, datetime(2999, 1, 1, tzinfo=UTC)])
async def test_a_backup_of_a_wrong_moment_hides_no_payment(
    database: Database, gateway: StripeGateway, lose: Lose, made_at: datetime
) -> None:
    intent_id = await lose()
    await database.write(clean_restored, made_at)
    await recover_if_pending(database, gateway)
    assert await database.read(find_pending_recovery) is None
    assert await database.read(find_lost_order, intent_id)


async def test_a_clock_that_is_ahead_all_the_time_hides_no_payment(
    database: Database, gateway: StripeGateway, buy: Buy, lose: Lose
) -> None:
    ahead = datetime.now(UTC) + timedelta(days=9)
    order = await buy()
    await database.write(lambda db: db.execute(update(orders).values(placed_at=ahead)))
    intent_id = await lose()
    await database.write(begin_recovery, ahead, ahead)
    await recover_if_pending(database, gateway)
    assert await database.read(find_lost_order, intent_id)
    assert order.number == 1001
    assert await database.write(take_number) == 1003


async def test_an_order_of_a_wrong_moment_keeps_no_comparison_from_ending(
    database: Database, gateway: StripeGateway, shop_id: str
) -> None:
    book = await database.write(store_book, a_book(stock=2))
    await database.write(reserve_and_add, an_order(book, intent_id="pi_old", placed_at=LONG_AGO[1]))
    await database.write(clean_restored, datetime.now(UTC))
    await recover_if_pending(database, gateway)
    assert await database.read(find_pending_recovery) is None


async def test_a_database_without_orders_that_is_put_back_is_compared_from_the_beginning(
    database: Database,
) -> None:
    await database.write(begin_after_undo, NOW)
    pending = await database.read(find_pending_recovery)
    assert pending
    assert pending.since == AT_FIRST


@pytest.mark.parametrize(
    ("placed", "made_at", "expected"),
    [
        ([], NOW, NOW),
        ([], LATER, AT_FIRST),
        ([], LONG_AGO[0], AT_FIRST),
        ([EARLIER], NOW, EARLIER),
        ([EARLIER, LATER], MUCH_LATER, EARLIER),
        ([LATER], MUCH_LATER, AT_FIRST),
        ([NOW], EARLIER, EARLIER),
    ],
)
async def test_what_the_database_has_bounds_since_when_payments_may_be_missing(
    database: Database, placed: list[datetime], made_at: datetime, expected: datetime
) -> None:
    book = await database.write(store_book, a_book(stock=2))
    for moment in placed:
        await database.write(reserve_and_add, an_order(book, placed_at=moment))
    assert await database.read(bound_since, made_at, NOW) == expected
