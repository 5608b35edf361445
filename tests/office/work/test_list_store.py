"""Lists of orders: which orders are on each, and in which order."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, update

from bookshop.catalogue.book import Book
from bookshop.checkout.place_order import reserve_and_add
from bookshop.database import Database, open_database
from bookshop.fulfilment.collect import collect
from bookshop.fulfilment.make_ready import make_ready
from bookshop.fulfilment.pack import pack
from bookshop.fulfilment.ship import ship
from bookshop.office.work.list_store import COPIES, count_filters, count_lists, list_order_ids, page_of
from bookshop.office.work.order_list import LISTS, MAX_CHOSEN, PAGE_ORDERS, Filter, ListName, Question
from bookshop.orders.order import Delivery, Order
from bookshop.schema import orders
from tests.builders import a_book
from tests.fulfilment.stored_orders import NOW, a_line, add_refund, an_order_of, store_books, store_paid
from tests.fulfilment.test_work_list import explain

BY_ANNA: dict[str, Any] = {"actor": "anna", "now": NOW}


def listed(db: Connection, name: ListName, chosen: Filter = Filter.ALL, **changed: Any) -> list[str]:
    return list_order_ids(db, Question(name, chosen, **changed), NOW).order_ids


def ids(*found: Order) -> list[str]:
    return [order.id for order in found]


async def test_each_list_has_its_orders(database: Database) -> None:
    def check(db: Connection) -> None:
        book = a_book(stock=20, price=1000)
        to_order = an_order_of(a_line(book, 3, to_order=1))
        to_collect = an_order_of(a_line(book), delivery=Delivery.COLLECT)
        packed, shipped, refunded = (an_order_of(a_line(book)) for _ in range(3))
        put_aside, ready, gone = (an_order_of(a_line(book), delivery=Delivery.COLLECT) for _ in range(3))
        early = an_order_of(a_line(book, not_before=NOW + timedelta(days=1)))
        unpaid = an_order_of(a_line(book))
        store_books(db, book)
        paid = (to_order, to_collect, packed, shipped, refunded, put_aside, ready, gone, early)
        store_paid(db, *paid)
        reserve_and_add(db, unpaid)
        for order in (packed, put_aside):
            pack(db, order.id, 0, **BY_ANNA)
        ship(db, shipped.id, 0, **BY_ANNA)
        make_ready(db, ready.id, 0, **BY_ANNA)
        collect(db, gone.id, 0, **BY_ANNA)
        add_refund(db, refunded, 1000, needs_review=True)
        # what is to be packed is done in the order in which it was paid; elsewhere the newest matters most
        assert listed(db, ListName.TO_PACK) == ids(to_order, to_collect, early)
        assert listed(db, ListName.TO_PACK, Filter.DELIVER) == ids(to_order, early)
        assert listed(db, ListName.TO_PACK, Filter.COLLECT) == ids(to_collect)
        assert listed(db, ListName.TO_PACK, Filter.WHOLE) == ids(to_collect)
        assert listed(db, ListName.TO_ORDER) == ids(to_order)
        assert listed(db, ListName.WAITING) == ids(early)
        assert listed(db, ListName.TO_SHIP) == ids(packed)
        assert listed(db, ListName.TO_MAKE_READY) == ids(put_aside)
        assert listed(db, ListName.READY) == ids(ready)
        assert listed(db, ListName.REVIEW) == ids(refunded)
        assert listed(db, ListName.ALL) == ids(*reversed(paid))
        assert listed(db, ListName.UNPAID) == ids(unpaid)
        assert listed(db, ListName.CANCELLED) == []
        assert count_lists(db, (ListName.TO_PACK, ListName.WAITING, ListName.UNPAID), NOW) == {
            ListName.TO_PACK: 3,
            ListName.WAITING: 1,
            ListName.UNPAID: 1,
        }
        assert count_filters(db, ListName.TO_PACK, Filter, NOW, 3) == {
            Filter.ALL: 3,
            Filter.DELIVER: 2,
            Filter.COLLECT: 1,
            Filter.WHOLE: 1,
        }

    await database.write(check)


async def test_an_order_with_several_books_is_listed_once(database: Database) -> None:
    def check(db: Connection) -> None:
        one, other = a_book(stock=3), a_book(stock=3)
        both = an_order_of(a_line(one), a_line(other))
        store_books(db, one, other)
        store_paid(db, both)
        assert listed(db, ListName.TO_PACK) == ids(both)
        assert count_lists(db, [ListName.TO_PACK], NOW) == {ListName.TO_PACK: 1}

    await database.write(check)


async def test_a_list_continues_after_an_order(database: Database) -> None:
    def check(db: Connection) -> None:
        book = a_book(stock=20)
        first, second, third = found = tuple(an_order_of(a_line(book)) for _ in range(3))
        unpaid = [an_order_of(a_line(book)) for _ in range(2)]
        store_books(db, book)
        store_paid(db, *found)
        for order in unpaid:
            reserve_and_add(db, order)
        set_placed_together(db, unpaid)
        assert listed(db, ListName.TO_PACK, after=first.id) == ids(second, third)
        assert listed(db, ListName.ALL, after=third.id) == ids(second, first)
        newest, oldest = listed(db, ListName.UNPAID)
        assert listed(db, ListName.UNPAID, after=newest) == [oldest]
        # of another database, or typed
        assert listed(db, ListName.ALL, after="nothing") == []

    await database.write(check)


def set_placed_together(db: Connection, found: list[Order]) -> None:
    db.execute(update(orders).where(orders.c.id.in_(ids(*found))).values(placed_at=NOW))


async def test_counts_are_capped(database: Database) -> None:
    def check(db: Connection) -> None:
        book = a_book(stock=MAX_CHOSEN + 5)
        store_books(db, book)
        store_paid(db, *(an_order_of(a_line(book)) for _ in range(MAX_CHOSEN + 3)))
        assert count_lists(db, [ListName.TO_PACK], NOW) == {ListName.TO_PACK: MAX_CHOSEN + 1}
        # parts of a long list are not counted: of a rare one all orders would be read
        assert count_filters(db, ListName.TO_PACK, Filter, NOW, MAX_CHOSEN + 1) == {
            Filter.ALL: MAX_CHOSEN + 1
        }
        page = list_order_ids(db, Question(ListName.TO_PACK), NOW)
        assert (len(page.order_ids), page.has_more) == (PAGE_ORDERS, True)
        chosen = list_order_ids(db, Question(ListName.TO_PACK, is_chosen=True), NOW)
        assert (len(chosen.order_ids), chosen.has_more) == (MAX_CHOSEN, True)

    await database.write(check)


async def test_what_needs_review_continues_after_an_order(database: Database) -> None:
    def check(db: Connection) -> None:
        first, second, third = found = [a_paid_order(db, a_book()) for _ in range(3)]
        for order, hours in zip(found, (1, 2, 3), strict=True):
            values = {"placed_at": NOW + timedelta(hours=hours), "review_reason": "amount"}
            db.execute(update(orders).where(orders.c.id == order.id).values(values))
        add_refund(db, first, 1000, needs_review=True)
        assert listed(db, ListName.REVIEW) == ids(third, second, first)
        assert listed(db, ListName.REVIEW, after=third.id) == ids(second, first)
        # it was looked at meanwhile
        db.execute(update(orders).where(orders.c.id == second.id).values(review_reason=""))
        assert listed(db, ListName.REVIEW, after=second.id) == ids(first)

    await database.write(check)


PARTS = [(name, part) for name in COPIES for part in LISTS[name].filters]


@pytest.mark.parametrize(("name", "part"), PARTS)
async def test_a_part_of_a_list_reads_no_other_orders(sqlite_url: str, name: ListName, part: Filter) -> None:
    database = open_database(sqlite_url)
    statement = page_of(name, part, PAGE_ORDERS, is_later=False).params(now=NOW, after="")
    plan = await database.read(explain, statement)
    by_delivery = part in (Filter.DELIVER, Filter.COLLECT)
    assert any("_by_delivery (delivery=?)" in step for step in plan) == by_delivery
    assert not [step for step in plan if step.startswith("SCAN order") and "USING INDEX ix_" not in step]
    await database.close()


def a_paid_order(db: Connection, book: Book) -> Order:
    order = an_order_of(a_line(book))
    store_books(db, book)
    store_paid(db, order)
    return order
