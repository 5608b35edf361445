"""The last action is undone as long as that is harmless, and the copies are where they were."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bookshop.database import Database
from bookshop.fulfilment.add_note import add_note
from bookshop.fulfilment.collect import collect
from bookshop.fulfilment.copies import CopyState
from bookshop.fulfilment.copy_store import list_copies, set_copies
from bookshop.fulfilment.find_fulfilment import find_fulfilment
from bookshop.fulfilment.make_ready import make_ready
from bookshop.fulfilment.moves import Move, apply_moves
from bookshop.fulfilment.pack import pack
from bookshop.fulfilment.rules import NotAllowed
from bookshop.fulfilment.ship import ship
from bookshop.fulfilment.timeline import Action, Entry
from bookshop.fulfilment.undo import UNDO_WITHIN, find_undoable, undo
from bookshop.mail.mail import MailState
from bookshop.orders.order import Delivery, Order
from bookshop.schema import mails, parcels
from tests.builders import a_book
from tests.fulfilment.stored_orders import (
    NOW,
    a_line,
    an_order_of,
    check_audit,
    mails_of,
    states_of,
    stock_of,
    store_books,
    store_paid,
)

BY_ANNA: dict[str, Any] = {"actor": "anna", "now": NOW}
ACTIONS: list[tuple[Delivery, Callable[..., Entry]]] = [
    (Delivery.DELIVER, pack),
    (Delivery.DELIVER, ship),
    (Delivery.COLLECT, make_ready),
    (Delivery.COLLECT, collect),
]


@pytest.mark.parametrize(("delivery", "action"), ACTIONS)
async def test_an_action_and_its_undoing_leave_nothing_but_their_entries(
    database: Database, delivery: Delivery, action: Callable[..., Entry]
) -> None:
    def check(db: Connection) -> None:
        book, order = store_one(db, delivery)
        action(db, order.id, 0, **BY_ANNA)
        assert stock_of(db, book) == (1, 0, 0)
        entry = undo(db, order.id, 1, actor="ben", now=NOW)
        assert states_of(db, order) == {book.isbn: {"in_stock": 2}}
        assert stock_of(db, book) == (3, 2, 2)
        assert (entry.details["undone"], entry.actor) == (1, "ben")
        found = find_fulfilment(db, order.id)
        assert not found.parcels
        assert not db.execute(select(parcels)).all()
        assert len(found.entries) == 2
        assert not mails_of(db, order)
        check_audit(db)
        # and once more
        action(db, order.id, 2, **BY_ANNA)
        assert stock_of(db, book) == (1, 0, 0)
        check_audit(db)

    await database.write(check)


def store_one(db: Connection, delivery: Delivery = Delivery.DELIVER) -> tuple[Any, Order]:
    book = a_book(stock=3)
    order = an_order_of(a_line(book, 2), delivery=delivery)
    store_books(db, book)
    store_paid(db, order)
    return book, order


async def test_actions_are_undone_from_the_last_to_the_first(database: Database) -> None:
    def check(db: Connection) -> None:
        book, order = store_one(db, Delivery.COLLECT)
        pack(db, order.id, 0, **BY_ANNA)
        make_ready(db, order.id, 1, {book.isbn: 1}, **BY_ANNA)
        add_note(db, order.id, 2, "Fragile", **BY_ANNA)
        undone = [undo(db, order.id, version, **BY_ANNA).details["action"] for version in (3, 4, 5)]
        assert undone == ["note", "ready", "pack"]
        assert states_of(db, order) == {book.isbn: {"in_stock": 2}}
        with pytest.raises(NotAllowed, match="There is nothing to undo"):
            undo(db, order.id, 6, **BY_ANNA)
        check_audit(db)

    await database.write(check)


@pytest.mark.parametrize(
    "changed",
    [
        {"state": MailState.SENDING},
        {"state": MailState.TRANSMITTING},
        {"state": MailState.SENT},
        {"state": MailState.UNCERTAIN},
        {"state": MailState.QUEUED, "doubts": 1},
    ],
)
async def test_what_the_shopper_has_been_told_is_undone_only_on_purpose(
    database: Database, changed: dict[str, Any]
) -> None:
    def check(db: Connection) -> None:
        book, order = store_one(db)
        ship(db, order.id, 0, **BY_ANNA)
        db.execute(mails.update().values(changed))
        with pytest.raises(NotAllowed, match="has been told"), db.begin_nested():
            undo(db, order.id, 1, **BY_ANNA)
        assert states_of(db, order) == {book.isbn: {"shipped": 2}}
        undo(db, order.id, 1, despite_mail=True, **BY_ANNA)
        assert states_of(db, order) == {book.isbn: {"in_stock": 2}}
        # the parcel that is sent instead has a mail of its own
        ship(db, order.id, 2, **BY_ANNA)
        assert [occurrence for _, occurrence, _ in mails_of(db, order)] == ["1", "2"]
        check_audit(db)

    await database.write(check)


@pytest.mark.parametrize("state", [MailState.QUEUED, MailState.KEPT, MailState.FAILED])
async def test_a_mail_that_has_not_left_never_does(database: Database, state: MailState) -> None:
    def check(db: Connection) -> None:
        _, order = store_one(db)
        ship(db, order.id, 0, **BY_ANNA)
        db.execute(mails.update().values(state=state))
        undo(db, order.id, 1, **BY_ANNA)
        assert not mails_of(db, order)

    await database.write(check)


async def test_copies_that_were_returned_since_then_do_not_move(database: Database) -> None:
    def check(db: Connection) -> None:
        book, order = store_one(db)
        ship(db, order.id, 0, **BY_ANNA)
        returned = [Move(book.isbn, CopyState.SHIPPED, CopyState.RETURNED, 1)]
        set_copies(db, order.id, apply_moves(list_copies(db, order.id), returned))
        with pytest.raises(NotAllowed, match="cancelled or returned"):
            undo(db, order.id, 1, **BY_ANNA)

    await database.write(check)


def entries(*actions: Any) -> list[Entry]:
    """Entries of these actions; one that is undone by its version is a number."""
    return [
        Entry(n, Action.UNDO, "anna", NOW, {"undone": action})
        if isinstance(action, int)
        else Entry(n, Action(action), "anna", NOW)
        for n, action in enumerate(actions, 1)
    ]


@pytest.mark.parametrize(
    ("actions", "undoable"),
    [
        (("pack",), 1),
        (("pack", "ready"), 2),
        (("pack", "ready", 2), 1),
        (("pack", "ask", "withdraw", "arrive", "close_request"), 1),
        (("pack", 1, "pack"), 3),
        (("pack", "note"), 2),
        (("refund", "pack"), 2),
    ],
)
def test_the_last_action_of_staff_is_undone_next(actions: tuple[Any, ...], undoable: int) -> None:
    assert find_undoable(entries(*actions), NOW).version == undoable


@pytest.mark.parametrize(
    ("actions", "message"),
    [
        ((), "There is nothing to undo."),
        (("pack", 1), "There is nothing to undo."),
        (("arrive",), "There is nothing to undo."),
        (("pack", "refund"), "The last action, “refund”, cannot be undone."),
        (("pack", "cancel"), "The last action, “cancel”, cannot be undone."),
        (("delay",), "The last action, “delay”, cannot be undone."),
    ],
)
def test_some_actions_cannot_be_undone(actions: tuple[Any, ...], message: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        find_undoable(entries(*actions), NOW)
    assert str(refused.value) == message


@pytest.mark.parametrize("action", ["ship", "collect"])
def test_copies_that_left_the_shop_come_back_within_a_day(action: str) -> None:
    assert find_undoable(entries(action), NOW + UNDO_WITHIN)
    with pytest.raises(NotAllowed, match="more than a day ago"):
        find_undoable(entries(action), NOW + UNDO_WITHIN + timedelta(seconds=1))
    assert find_undoable(entries("pack"), NOW + timedelta(days=400))
