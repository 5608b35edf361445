"""All orders are compared with Stripe's lists, a batch at a time and both ways."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.orders.audit.violation import Violation
from bookshop.orders.identity import find_shop_id
from bookshop.orders.order import Charge, Order, PaymentState
from bookshop.orders.payment_update import PaymentUpdate
from bookshop.orders.store import add_order
from bookshop.payments import compare_with_stripe, stripe_lists
from bookshop.payments.charge_history import ChangeKind, ChargeChange
from bookshop.payments.compare_with_stripe import find_differences, find_oldest
from bookshop.payments.payment_details import PaymentDetails
from bookshop.payments.refund import Refund, RefundStatus
from bookshop.payments.refund_store import add_refund
from bookshop.payments.stripe_lists import StripeLists
from bookshop.recovery.lost_order import new_lost_order
from bookshop.recovery.lost_order_store import add_lost_order
from tests.builders import a_book, an_order, payment_update, sgd, store_book

NOW = datetime(2026, 11, 23, 6, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
COUNT = 7


@pytest.fixture
def lists() -> Iterator[StripeLists]:
    with closing(StripeLists()) as opened:
        yield opened


@pytest.fixture(params=[1, 3])
def batch(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Compare this many orders and payments at a time."""
    for module in (compare_with_stripe, stripe_lists):
        monkeypatch.setattr(module, "BATCH", request.param)
    size: int = request.param
    return size


def add_paid(db: Connection, paid_at: datetime = NOW - HOUR) -> Order:
    order = an_order(store_book(db, a_book()))
    charge = Charge(f"ch_{order.id}", "card", "visa", "4242")
    paid = replace(order, payment=PaymentState.PAID, charge=charge, paid_at=paid_at)
    add_order(db, paid)
    return paid


def add_unpaid(db: Connection, placed_at: datetime = NOW) -> Order:
    order = an_order(store_book(db, a_book()), placed_at=placed_at)
    add_order(db, order)
    return order


def refund_at_stripe(order: Order, name: str) -> ChargeChange:
    assert order.charge
    return ChargeChange(order.charge.id, ChangeKind.REFUND, name, amount=sgd(100))


async def compare(database: Database, lists: StripeLists) -> tuple[list[Violation], list[int]]:
    steps: list[int] = []
    found = await database.scan(lambda db: list(find_differences(db, lists, NOW, steps.append)))
    return found, steps


async def test_each_difference_is_found_whatever_the_size_of_a_batch(
    database: Database, lists: StripeLists, batch: int
) -> None:
    paid = await database.write(lambda db: [add_paid(db) for _ in range(COUNT)])
    unpaid = await database.write(add_unpaid)
    shop_id = await database.read(find_shop_id)
    lost = an_order()
    unlisted, refunded, *rest = paid
    for order in (refunded, *rest, unpaid, lost):
        lists.add_payment(replace(payment_update(order), shop_id=shop_id))
    # of another shop with the same account
    lists.add_payment(replace(payment_update(an_order()), shop_id="another"))
    lists.add_change(refund_at_stripe(refunded, "re_1"))
    found, steps = await compare(database, lists)
    by_subject = {one.subject: one for one in found}
    assert len(found) == len(by_subject) == 4
    assert by_subject[unlisted.id].expected == f"one payment of {unlisted.total}"
    assert by_subject[refunded.id] == Violation("stripe_refunds", refunded.id, "S$1.00 by re_1", "none")
    assert by_subject[unpaid.id].expected.startswith("paid: ")
    assert by_subject[lost.id].expected.startswith("an order paid by ")
    assert sum(steps) == COUNT + 1
    assert max(steps) <= batch


async def test_a_missing_order_that_a_recovery_has_found_is_a_matter_of_another_rule(
    database: Database, lists: StripeLists
) -> None:
    shop_id, missing = await database.read(find_shop_id), an_order()
    update = replace(payment_update(missing), shop_id=shop_id)
    lists.add_payment(update)
    assert [one.subject for one in (await compare(database, lists))[0]] == [missing.id]
    details = PaymentDetails(update, NOW, "", "", "", "", sgd(0), is_disputed=False)
    await database.write(add_lost_order, new_lost_order(details, None, 0, NOW))
    assert (await compare(database, lists))[0] == []


async def test_an_order_that_was_paid_while_the_lists_were_read_is_left_out(
    database: Database, lists: StripeLists
) -> None:
    await database.write(add_paid, NOW)
    assert (await compare(database, lists))[0] == []
    shop_id = await database.read(find_shop_id)
    listed = await database.write(add_paid, NOW + HOUR)
    # it is not lost either
    lists.add_payment(replace(payment_update(listed), shop_id=shop_id))
    assert (await compare(database, lists))[0] == []


async def test_a_refund_that_failed_or_was_never_made_is_no_difference(
    database: Database, lists: StripeLists
) -> None:
    def store(db: Connection) -> Order:
        paid = add_paid(db)
        for id_, status, at_stripe in (
            ("r1", RefundStatus.SUCCEEDED, "re_1"),
            ("r2", RefundStatus.FAILED, "re_2"),
            ("r3", RefundStatus.REQUESTED, ""),
        ):
            add_refund(db, Refund(id_, paid.id, sgd(100), "", NOW, status, at_stripe))
        return paid

    paid = await database.write(store)
    lists.add_payment(payment_update(paid))
    lists.add_change(refund_at_stripe(paid, "re_1"))
    assert (await compare(database, lists))[0] == []


async def test_the_oldest_order_is_found(database: Database) -> None:
    assert await database.read(find_oldest) is None
    for hours in (1, 3, 2):
        await database.write(add_unpaid, NOW - hours * HOUR)
    assert await database.read(find_oldest) == NOW - 3 * HOUR


def test_what_happened_to_a_charge_is_read_with_the_newest_first(lists: StripeLists) -> None:
    for name, detail in (("dp_2", "lost"), ("dp_1", "won")):
        lists.add_change(ChargeChange("ch_1", ChangeKind.DISPUTE, name, detail))
    assert lists.find_histories(["ch_1", "ch_2"])["ch_1"].dispute == "lost"


def test_a_payment_is_read_as_it_was_listed(lists: StripeLists) -> None:
    update = PaymentUpdate("pi_1", "succeeded", sgd(500), sgd(400), "order", shop_id="shop")
    lists.add_payment(update)
    assert lists.find_payments(["order", "other"]) == [update]
    assert [*lists.list_payments("shop")] == [[update]]
    assert [*lists.list_payments("other")] == []
