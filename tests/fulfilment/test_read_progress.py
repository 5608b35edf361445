"""A receipt follows what staff do with an order, and shows nothing that is theirs alone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeAlias

from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.fulfilment.add_note import add_note
from bookshop.fulfilment.arrive import arrive
from bookshop.fulfilment.collect import collect
from bookshop.fulfilment.delay import delay
from bookshop.fulfilment.fulfilment import Fulfilment
from bookshop.fulfilment.make_ready import make_ready
from bookshop.fulfilment.pack import pack
from bookshop.fulfilment.read_progress import read_progress, to_progress
from bookshop.fulfilment.ship import ship
from bookshop.fulfilment.timeline import Action, Entry
from bookshop.fulfilment.undo import undo
from bookshop.orders.order import Delivery, Order
from bookshop.orders.progress import ShopMessage
from bookshop.orders.receipt import ReceiptState, receipt_state
from bookshop.orders.store import find_order_by_id
from tests.builders import a_book
from tests.fulfilment.stored_orders import NOW, a_line, an_order_of, store_books, store_paid

S = ReceiptState


def state_of(db: Connection, order: Order) -> ReceiptState:
    """Return what the receipt shows."""
    stored = find_order_by_id(db, order.id)
    assert stored
    return receipt_state(stored, read_progress(db, stored), now=NOW, is_fresh=True)


async def test_the_receipt_of_parcels_follows_each_action(database: Database) -> None:
    def check(db: Connection) -> None:
        book, other = a_book(stock=5), a_book(stock=1)
        order = an_order_of(a_line(book, 2), a_line(other))
        store_books(db, book, other)
        store_paid(db, order)
        seen = [state_of(db, order)]
        steps: tuple[Callable[[int], Entry], ...] = (
            lambda version: pack(db, order.id, version, actor="anna", now=NOW),
            lambda version: undo(db, order.id, version, actor="anna", now=NOW),
            lambda version: pack(db, order.id, version, actor="anna", now=NOW),
            lambda version: ship(
                db, order.id, version, {book.isbn: 1}, tracking="RR1", actor="anna", now=NOW
            ),
            lambda version: add_note(db, order.id, version, "a regular", actor="anna", now=NOW),
            lambda version: ship(db, order.id, version, carrier="UPS", actor="anna", now=NOW),
        )
        for version, step in enumerate(steps):
            step(version)
            seen.append(state_of(db, order))
        assert seen == [S.PAID, S.PACKED, S.PAID, S.PACKED, S.PARTLY_SHIPPED, S.PARTLY_SHIPPED, S.SHIPPED]
        progress = read_progress(db, order)
        assert [(each.number, each.copies) for each in progress.parcels] == [
            (1, {book.isbn: 1}),
            (2, {book.isbn: 1, other.isbn: 1}),
        ]
        assert "anna" not in repr(progress)
        assert "regular" not in repr(progress)

    await database.write(check)


async def test_the_receipt_of_copies_to_collect_follows_each_action(database: Database) -> None:
    def check(db: Connection) -> None:
        book = a_book(stock=1)
        order = an_order_of(a_line(book, 2, to_order=1, days=5), delivery=Delivery.COLLECT)
        store_books(db, book)
        store_paid(db, order)
        assert state_of(db, order) is S.AWAITING
        later = NOW + timedelta(days=30)
        delay(db, order.id, 0, later, message="The printer waits for paper.", actor="anna", now=NOW)
        progress = read_progress(db, order)
        assert (progress.expected_at, progress.delayed) == (
            later,
            ShopMessage(NOW, "The printer waits for paper."),
        )
        assert state_of(db, order) is S.DELAYED
        arrive(db, {book.isbn: 1}, key="delivery", actor="anna", now=NOW)
        assert state_of(db, order) is S.PAID
        make_ready(db, order.id, 2, actor="anna", now=NOW)
        assert state_of(db, order) is S.READY
        collect(db, order.id, 3, actor="anna", now=NOW)
        assert state_of(db, order) is S.COLLECTED
        assert read_progress(db, order).collected_at == NOW

    await database.write(check)


Done: TypeAlias = tuple[Action, dict[str, Any]]


def entries(*actions: Done) -> Fulfilment:
    """Return a timeline of these actions and their details, a minute apart."""
    found = (
        Entry(version, action, "anna", NOW + version * timedelta(minutes=1), details)
        for version, (action, details) in enumerate(actions, 1)
    )
    return Fulfilment(entries=tuple(found))


ASK: Done = (Action.ASK, {"request": "a", "message": "Please cancel it."})
CLOSE: Done = (Action.CLOSE_REQUEST, {"request": "a"})
CANCEL: Done = (Action.CANCEL, {"message": "None is left."})


def test_a_request_is_shown_until_it_is_closed() -> None:
    assert to_progress(entries(ASK)).asked_at == NOW + timedelta(minutes=1)
    assert to_progress(entries(ASK, CLOSE)).asked_at is None
    other: Done = (Action.ASK, {"request": "b"})
    assert to_progress(entries(ASK, other, CLOSE)).asked_at == NOW + timedelta(minutes=2)


def test_a_cancellation_is_ours_unless_the_shopper_asked_before() -> None:
    ours = to_progress(entries(CANCEL, ASK))
    assert (ours.is_as_asked, ours.cancelled) == (
        False,
        ShopMessage(NOW + timedelta(minutes=1), "None is left."),
    )
    assert to_progress(entries(ASK, CANCEL)).is_as_asked
    assert to_progress(entries((Action.WITHDRAW, {}), CLOSE, CANCEL)).is_as_asked


def test_what_was_undone_is_not_shown() -> None:
    packed: Done = (Action.PACK, {})
    undone: Done = (Action.UNDO, {"undone": 1})
    assert to_progress(entries(packed, undone)) == to_progress(Fulfilment())
    again = to_progress(entries(packed, undone, packed))
    assert again == replace(to_progress(Fulfilment()), packed_at=NOW + timedelta(minutes=3))
