"""Orders are listed by what is to be done with them, the oldest paid one first."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, update

from bookshop.database import Database, open_database
from bookshop.fulfilment.collect import collect
from bookshop.fulfilment.label import Label, OrderStep
from bookshop.fulfilment.make_ready import make_ready
from bookshop.fulfilment.pack import pack
from bookshop.fulfilment.ship import ship
from bookshop.fulfilment.waiting_store import LIST_WAITING
from bookshop.fulfilment.work_list import (
    MAY_NEED_REVIEW,
    OLDEST_FIRST,
    STATEMENTS,
    Work,
    list_labels,
    list_work,
)
from bookshop.orders.order import Delivery, Order
from bookshop.orders.order_state import KEPT_BY_SHOP
from bookshop.payments.cancel_by_shop import cancel_paid
from bookshop.payments.cancel_rules import Cancellation
from bookshop.schema import orders, shopper_requests
from tests.builders import a_book
from tests.fulfilment.stored_orders import NOW, a_line, add_refund, an_order_of, store_books, store_paid

BY_ANNA: dict[str, Any] = {"actor": "anna", "now": NOW}


async def test_an_order_is_listed_by_each_thing_to_do(database: Database) -> None:
    def check(db: Connection) -> None:
        book = a_book(stock=20)
        waiting = an_order_of(a_line(book, 3, to_order=1))
        packed = an_order_of(a_line(book))
        shipped = an_order_of(a_line(book))
        put_aside = an_order_of(a_line(book), delivery=Delivery.COLLECT)
        ready = an_order_of(a_line(book), delivery=Delivery.COLLECT)
        gone = an_order_of(a_line(book), delivery=Delivery.COLLECT)
        early = an_order_of(a_line(book, not_before=NOW + timedelta(days=1)))
        found = (waiting, packed, shipped, put_aside, ready, gone, early)
        store_books(db, book)
        # the order in which they were paid is not that of their ids
        store_paid(db, gone, early, ready, put_aside, shipped, packed, waiting)
        for order in (packed, put_aside, early):
            pack(db, order.id, 0, **BY_ANNA)
        ship(db, shipped.id, 0, **BY_ANNA)
        make_ready(db, ready.id, 0, **BY_ANNA)
        collect(db, gone.id, 0, **BY_ANNA)
        pack(db, waiting.id, 0, {book.isbn: 1}, **BY_ANNA)
        assert listed(db, Work.TO_ORDER) == [waiting.id]
        assert listed(db, Work.TO_PACK) == [waiting.id]
        assert listed(db, Work.TO_SHIP) == [packed.id, waiting.id]
        assert listed(db, Work.TO_SHIP, NOW + timedelta(days=1)) == [early.id, packed.id, waiting.id]
        assert listed(db, Work.TO_COLLECT) == [ready.id, put_aside.id]
        assert listed(db, Work.TO_REVIEW) == []
        assert [one.id for one in list_work(db, Work.TO_SHIP, NOW, 1)] == [packed.id]
        assert list_labels(db, [order.id for order in found]) == {
            waiting.id: Label(OrderStep.TO_ORDER, OrderStep.PACKED),
            packed.id: Label(OrderStep.TO_SHIP),
            shipped.id: Label(OrderStep.SHIPPED),
            put_aside.id: Label(OrderStep.PACKED),
            ready.id: Label(OrderStep.READY),
            gone.id: Label(OrderStep.COLLECTED),
            early.id: Label(OrderStep.TO_SHIP),
        }

    await database.write(check)


def listed(db: Connection, work: Work, now: datetime = NOW) -> list[str]:
    return [one.id for one in list_work(db, work, now)]


async def test_what_may_not_leave_the_shop_is_reviewed_and_not_packed(database: Database) -> None:
    def check(db: Connection) -> None:
        book = a_book(stock=20, price=1000)
        refunded, lost, reviewed, disputed, warned, asked, won = found = tuple(
            an_order_of(a_line(book)) for _ in range(7)
        )
        store_books(db, book)
        store_paid(db, *found)
        add_refund(db, refunded, 1000, needs_review=True)
        set_order(db, lost, dispute="lost")
        set_order(db, reviewed, review_reason="amount")
        set_order(db, disputed, dispute="needs_response")
        set_order(db, warned, fraud_warning="made_with_stolen_card")
        set_order(db, won, dispute="won")
        ask(db, asked, None)
        ask(db, won, NOW)
        assert listed(db, Work.TO_PACK) == [disputed.id, warned.id, asked.id, won.id]
        assert listed(db, Work.TO_REVIEW) == [
            refunded.id,
            lost.id,
            reviewed.id,
            disputed.id,
            warned.id,
            asked.id,
        ]
        ship(db, warned.id, 0, **BY_ANNA)
        for order in (refunded, lost):
            cancel_paid(db, order.id, 0, Cancellation(), **BY_ANNA)
        assert listed(db, Work.TO_REVIEW) == [reviewed.id, disputed.id, asked.id]

    await database.write(check)


def set_order(db: Connection, order: Order, **changed: str) -> None:
    db.execute(update(orders).where(orders.c.id == order.id).values(changed))


def ask(db: Connection, order: Order, closed_at: datetime | None) -> None:
    """Store a change that the shopper asks for."""
    values = dict.fromkeys(("reference", "name", "email", "message"), "")
    key = {"id": order.id, "request_key": order.id, "kind": "change", "order_id": order.id}
    db.execute(shopper_requests.insert(), {**values, **key, "received_at": NOW, "closed_at": closed_at})


@pytest.mark.parametrize("work", Work)
async def test_listing_work_reads_no_other_orders(sqlite_url: str, work: Work) -> None:
    database = open_database(sqlite_url)
    statement = STATEMENTS[work].order_by(None).order_by(*OLDEST_FIRST).params(now=NOW)
    plan = await database.read(explain, statement)
    assert "SEARCH orders USING INDEX sqlite_autoindex_orders_1 (id=?)" in plan
    assert not {"SCAN orders", "SCAN order_copies"} & set(plan)
    await database.close()


async def test_an_arrival_reads_no_other_orders(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    plan = await database.read(explain, LIST_WAITING.params(isbns=["9780000000002"]))
    assert "SEARCH order_copies USING INDEX ix_order_copies_to_order (isbn=?)" in plan
    assert "SEARCH orders USING INDEX sqlite_autoindex_orders_1 (id=?)" in plan
    await database.close()


def explain(db: Connection, statement: Any) -> list[str]:
    """Return the steps by which SQLite executes a statement."""
    compiled = statement.compile(
        dialect=db.dialect, compile_kwargs={"literal_binds": True, "render_postcompile": True}
    )
    return [row.detail for row in db.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}")]


def test_the_index_of_reviews_leaves_out_disputes_that_the_shop_has_won() -> None:
    kept = ", ".join(f"'{status}'" for status in KEPT_BY_SHOP)
    assert f"orders.dispute NOT IN ({kept})" in str(MAY_NEED_REVIEW)
    (index,) = (each for each in orders.indexes if each.name == "ix_orders_review")
    condition = str(index.dialect_options["sqlite"]["where"])
    assert str(MAY_NEED_REVIEW) == f"({condition})".replace("review_reason", "orders.review_reason").replace(
        "dispute", "orders.dispute"
    ).replace("fraud_warning", "orders.fraud_warning")
