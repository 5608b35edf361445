"""Until packing begins, a shopper may ask to change or cancel an order."""

import asyncio
import json

import pytest
from sqlalchemy import Connection, select

from bookshop.database import Database
from bookshop.fulfilment.pack import pack
from bookshop.fulfilment.rules import NotAllowed
from bookshop.fulfilment.timeline import Action, OrderChanged
from bookshop.fulfilment.timeline_store import list_entries
from bookshop.mail.mail import MailKind
from bookshop.orders.order import Order
from bookshop.orders.progress import Progress
from bookshop.schema import mails
from bookshop.shopper_requests.ask_for_change import (
    MAX_CHANGE_CHARS,
    MAX_CHANGES_PER_ORDER,
    AskingError,
    ask_for_change,
    find_asking_error,
)
from bookshop.shopper_requests.close_request import close_request
from bookshop.shopper_requests.request import RequestKind, ShopperRequest
from bookshop.shopper_requests.store import add_request, list_open_requests, list_requests
from tests.builders import a_book
from tests.fulfilment.stored_orders import NOW, a_line, an_order_of, store_books, store_paid
from tests.orders.receipt_states import every
from tests.payments.stripe_account import Account
from tests.shopper import Shopper, receipt_of

WISH = "Only one copy, please."


def store_order(db: Connection) -> Order:
    """Store a paid order for two copies."""
    book = a_book(stock=5)
    order = an_order_of(a_line(book, 2))
    store_books(db, book)
    store_paid(db, order)
    return order


async def test_a_request_is_stored_noted_and_mailed_to_the_shop(database: Database) -> None:
    def check(db: Connection) -> None:
        order = store_order(db)
        assert ask_for_change(db, order.id, WISH, NOW) is None
        (request,) = list_requests(db, order.id)
        assert list_open_requests(db) == [request]
        assert (request.kind, request.message, request.received_at) == (RequestKind.CHANGE, WISH, NOW)
        assert (request.name, request.email, request.order_id) == (order.name, order.email, order.id)
        (entry,) = list_entries(db, order.id)
        details = {"request": request.id, "message": WISH}
        assert (entry.action, entry.actor, entry.details) == (Action.ASK, "shopper", details)
        (mail,) = db.execute(select(mails).where(mails.c.kind == MailKind.NEEDS_REVIEW)).all()
        assert (mail.order_id, mail.occurrence) == (order.id, f"change-{request.id}")
        assert json.loads(mail.details) == {"reason": "change", "message": WISH}

    await database.write(check)


async def test_staff_who_have_not_seen_a_request_cannot_pack(database: Database) -> None:
    order = await database.write(store_order)
    await database.write(ask_for_change, order.id, WISH, NOW)
    with pytest.raises(OrderChanged) as raised:
        await database.write(pack, order.id, 0, actor="anna", now=NOW)
    assert (raised.value.last.action, raised.value.last.actor) == (Action.ASK, "shopper")
    await database.write(pack, order.id, 1, actor="anna", now=NOW)
    assert await database.write(ask_for_change, order.id, "Wait!", NOW) is AskingError.TOO_LATE
    # the button was pressed twice
    assert await database.write(ask_for_change, order.id, WISH, NOW) is None


async def test_a_double_click_asks_once_and_two_windows_ask_twice(database: Database) -> None:
    order = await database.write(store_order)
    messages = (WISH, WISH, "Cancel it, please.")
    await asyncio.gather(*(database.write(ask_for_change, order.id, each, NOW) for each in messages))
    assert sorted(each.message for each in await database.read(list_requests, order.id)) == [
        "Cancel it, please.",
        WISH,
    ]
    assert [entry.version for entry in await database.read(list_entries, order.id)] == [1, 2]


def withdraw(db: Connection, order: Order) -> None:
    """Store a withdrawal instead of a change."""
    add_request(
        db, ShopperRequest("w", RequestKind.WITHDRAWAL, "w", order.id, "1", "A", "a@b.example", "", NOW)
    )


async def test_requests_about_an_order_are_limited(database: Database) -> None:
    order = await database.write(store_order)
    await database.write(withdraw, order)
    for n in range(MAX_CHANGES_PER_ORDER):
        assert await database.write(ask_for_change, order.id, f"{WISH} {n}", NOW) is None
    assert await database.write(ask_for_change, order.id, WISH, NOW) is AskingError.LIMIT
    assert len(await database.read(list_requests, order.id)) == 1 + MAX_CHANGES_PER_ORDER


@pytest.mark.parametrize(
    ("state", "message", "error"),
    [
        ("in_stock", WISH, None),
        ("to_order", WISH, None),
        ("packed", WISH, AskingError.TOO_LATE),
        ("ready", WISH, AskingError.TOO_LATE),
        ("shipped", WISH, AskingError.TOO_LATE),
        ("collected", WISH, AskingError.TOO_LATE),
        ("returned", WISH, AskingError.TOO_LATE),
        ("cancelled", WISH, AskingError.TOO_LATE),
        ("in_stock", "", AskingError.MISSING),
        ("in_stock", "x" * MAX_CHANGE_CHARS, None),
        ("in_stock", "x" * (MAX_CHANGE_CHARS + 1), AskingError.LONG),
    ],
)
def test_a_message_is_taken_until_packing_begins(state: str, message: str, error: AskingError | None) -> None:
    assert find_asking_error(Progress(every(state)), message, 0) is error


def test_an_unpaid_order_has_nothing_to_ask_for() -> None:
    assert find_asking_error(Progress(), WISH, 0) is AskingError.TOO_LATE


async def test_staff_close_a_request_once(database: Database) -> None:
    def check(db: Connection) -> None:
        order, other = store_order(db), store_order(db)
        ask_for_change(db, order.id, WISH, NOW)
        (request,) = list_requests(db, order.id)
        with pytest.raises(LookupError):
            close_request(db, "none", 0, request.id, actor="anna", now=NOW)
        with pytest.raises(OrderChanged):
            close_request(db, order.id, 0, request.id, actor="anna", now=NOW)
        with pytest.raises(NotAllowed):
            close_request(db, other.id, 0, request.id, actor="anna", now=NOW)
        entry = close_request(db, order.id, 1, request.id, actor="anna", now=NOW)
        assert (entry.version, entry.actor, entry.details) == (2, "anna", {"request": request.id})
        assert list_open_requests(db) == []
        assert [each.closed_at for each in list_requests(db, order.id)] == [NOW]
        with pytest.raises(NotAllowed):
            close_request(db, order.id, 2, request.id, actor="ben", now=NOW)
        # asked again in the same words
        assert ask_for_change(db, order.id, WISH, NOW) is None
        assert [each.message for each in list_open_requests(db)] == [WISH]

    await database.write(check)


async def test_the_form_leads_back_to_the_receipt_which_shows_the_request(
    shopper: Shopper, database: Database, account: Account
) -> None:
    book = a_book(stock=9)
    await database.write(store_books, book)
    pay_page = await shopper.place_and_pay_page(book.isbn)
    receipt = receipt_of(pay_page)
    form = f"{receipt}/request"
    assert (await shopper.get(form)).headers["Location"] == receipt
    await account.pay(await shopper.find_intent(pay_page))
    assert f'href="{form}"' in await shopper.read(receipt)
    assert "What should we change?" in await shopper.read(form)
    for message, words in ((" \u200b\n ", "Tell us what we should change."), ("x" * 2001, "2001 characters")):
        answer = await shopper.post(form, {"message": message})
        assert answer.status_code == 422
        assert words in await answer.get_data(as_text=True)
    answer = await shopper.post(form, {"message": "Please send it\r\n\r\nto my <b>aunt</b>. "})
    assert (answer.status_code, answer.headers["Location"]) == (303, receipt)
    assert "can no longer be changed" not in await shopper.read(form)
    page = await shopper.read(receipt)
    assert "We have your request" in page
    assert "aunt" not in page
    (request,) = await database.read(list_open_requests)
    assert request.message == "Please send it\n\nto my <b>aunt</b>."


async def test_a_stranger_finds_no_form(shopper: Shopper) -> None:
    await shopper.read(f"/orders/{'x' * 22}/request", status=404)
    assert (await shopper.post(f"/orders/{'x' * 22}/request", {"message": WISH})).status_code == 404
