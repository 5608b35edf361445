"""A withdrawal is stored once, acknowledged, and never refused for what it says."""

import asyncio
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations_with_replacement
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bookshop.database import Database, open_database
from bookshop.fulfilment.pack import pack
from bookshop.fulfilment.ship import ship
from bookshop.fulfilment.timeline import Action, OrderChanged
from bookshop.fulfilment.timeline_store import list_entries
from bookshop.mail.compose import compose
from bookshop.mail.mail import MailKind
from bookshop.mail.mail_list import list_mails
from bookshop.orders.order import Order
from bookshop.orders.store import find_order_by_id
from bookshop.schema import mails, order_copies, parcels, shopper_requests
from bookshop.shopper_requests.close_request import close_request
from bookshop.shopper_requests.describe_withdrawal import describe_withdrawal
from bookshop.shopper_requests.request import RequestKind, ShopperRequest
from bookshop.shopper_requests.statement import Statement, find_statement_errors, parse_statement
from bookshop.shopper_requests.store import find_request, list_open_requests
from bookshop.shopper_requests.withdraw import (
    MAX_ACKNOWLEDGEMENTS_PER_HOUR,
    MAX_WITHDRAWALS_PER_HOUR,
    Limits,
    TooManyWithdrawals,
    withdraw,
)
from bookshop.shopper_requests.withdrawal_right import WithdrawalRight
from tests.builders import a_book, some_settings
from tests.fulfilment.stored_orders import NOW, a_line, an_order_of, store_books, store_paid
from tests.payments.stripe_account import Account
from tests.shopper import HIDDEN_FIELD, Shopper, receipt_of, text_of

RIGHT = WithdrawalRight("DE", "Europe/Berlin")
LIMITS = Limits("network", "mailbox")
SECRET_ID = re.compile(r"[0-9a-f]{32}")


def store_order(db: Connection) -> Order:
    """Store a paid order for two copies of one book and one of another."""
    two, one = a_book("Middlemarch", stock=5), a_book("Emma", stock=5)
    order = an_order_of(a_line(two, 2), a_line(one))
    store_books(db, two, one)
    store_paid(db, order)
    stored = find_order_by_id(db, order.id)
    assert stored
    return stored


def a_statement(order: Order, **changed: Any) -> Statement:
    return replace(Statement("Ada Reader", str(order.number), order.email), **changed)


def mails_about(db: Connection, kind: MailKind) -> list[Any]:
    return list(db.execute(select(mails).where(mails.c.kind == kind).order_by(mails.c.id)))


async def test_a_statement_is_stored_noted_acknowledged_and_mailed_to_the_shop(database: Database) -> None:
    def check(db: Connection) -> None:
        order = store_order(db)
        typed = a_statement(order, email=order.email.upper(), reference=f"Order no. {order.number}")
        request = withdraw(db, typed, "", RIGHT, LIMITS, NOW)
        assert find_request(db, request.id) == request
        assert list_open_requests(db) == [request]
        assert (request.kind, request.order_id, request.copies) == (RequestKind.WITHDRAWAL, order.id, {})
        (entry,) = list_entries(db, order.id)
        assert (entry.action, entry.actor, entry.at) == (Action.WITHDRAW, "shopper", NOW)
        assert entry.details == {"request": request.id, "copies": [], "is_late": False}
        (acknowledgement,) = mails_about(db, MailKind.WITHDRAWAL)
        assert (acknowledgement.order_id, acknowledgement.occurrence) == (order.id, request.id)
        assert acknowledgement.recipient == typed.email
        details = json.loads(acknowledgement.details)
        assert (details["name"], details["received_at"]) == ("Ada Reader", NOW.isoformat())
        (review,) = mails_about(db, MailKind.NEEDS_REVIEW)
        assert (review.order_id, review.occurrence) == (order.id, f"withdrawal-{request.id}")
        message = json.loads(review.details)["message"]
        assert "It is about the whole order." in message
        assert "due by 13 December 2026" in message
        assert "after the period" not in message

    await database.write(check)


async def test_a_withdrawal_is_taken_whatever_it_names(database: Database) -> None:
    def check(db: Connection) -> None:
        order, other = store_order(db), store_order(db)
        for typed in (
            a_statement(order, reference="99999"),
            a_statement(order, email="someone@example.com"),
            a_statement(order, reference="last Tuesday"),
            a_statement(order, reference=f"{order.number} and {other.number}"),
            a_statement(order, reference=order.id),
        ):
            request = withdraw(db, typed, "", RIGHT, Limits("network", typed.email), NOW)
            assert request.order_id is None
        assert not list_entries(db, order.id)
        assert len(mails_about(db, MailKind.WITHDRAWAL)) == len(list_open_requests(db)) == 5
        message = json.loads(mails_about(db, MailKind.NEEDS_REVIEW)[-1].details)["message"]
        assert f"bookshop withdrawal ORDER --request {request.id}" in message

    await database.write(check)


async def test_the_acknowledgement_does_not_show_whether_the_order_exists(database: Database) -> None:
    settings = some_settings()

    def check(db: Connection) -> None:
        order = store_order(db)
        reference = f"9{order.number}"
        for number in (str(order.number), reference):
            withdraw(db, a_statement(order, reference=number), "", RIGHT, LIMITS, NOW)
        texts = set()
        for mail, _ in list_mails(db, kind=MailKind.WITHDRAWAL):
            composed = compose(db, settings, mail)
            texts.add(
                (composed.subject, composed.plain.replace(reference, str(order.number)), composed.recipient)
            )
        assert len(texts) == 1

    await database.write(check)


FORMS: list[dict[str, Any]] = [
    {},
    {"email": "READER@example.com"},
    {"name": "A. Reader"},
    {"books": "Emma"},
    {"copies": {0: 1, 1: 0}},
    {"copies": {0: 2, 1: 1}},
    {"reference": "99999"},
]


@pytest.mark.parametrize(("first", "second"), list(combinations_with_replacement(range(len(FORMS)), 2)))
async def test_two_clicks_make_one_request_if_they_say_the_same(
    first: int, second: int, sqlite_url: str
) -> None:
    await check_pair(sqlite_url, FORMS[first], FORMS[second], order_address=True)


@pytest.mark.parametrize("changed", [FORMS[0], FORMS[4], FORMS[6]])
@pytest.mark.parametrize("order_address", [True, False])
async def test_two_processes_make_one_request(
    database_url: str, changed: dict[str, Any], *, order_address: bool
) -> None:
    await check_pair(database_url, changed, changed, order_address=order_address)


async def check_pair(url: str, first: dict[str, Any], second: dict[str, Any], *, order_address: bool) -> None:
    """Check how many requests are made of two forms that are sent at once, and again later."""
    processes = [open_database(url), open_database(url)]
    order = await processes[0].write(store_order)
    order_id = order.id if order_address else ""
    forms = [a_statement(order, **changed) for changed in (first, second)]

    async def send(process: Database, form: Statement) -> str:
        return (await process.write(withdraw, form, order_id, RIGHT, LIMITS, datetime.now(UTC))).id

    at_once = await asyncio.gather(*map(send, processes, forms))
    later = [await send(processes[0], form) for form in forms]
    assert list(at_once) == later
    requests = await processes[0].read(list_open_requests)
    assert {each.id for each in requests} == set(later)
    same = {key_of(form, order) for form in forms}
    assert len(requests) == len(same)
    acknowledged = await processes[0].read(mails_about, MailKind.WITHDRAWAL)
    assert len(acknowledged) == len(requests)
    for process in processes:
        await process.close()


def key_of(form: Statement, order: Order) -> tuple[Any, ...]:
    """Return what makes a statement of an order's own form differ from others."""
    copies = {at: n for at, n in form.copies.items() if n}
    return (form.books, () if copies == {0: 2, 1: 1} else tuple(copies.items()))


async def test_the_same_again_is_new_once_staff_have_closed_it(database: Database) -> None:
    def check(db: Connection) -> None:
        order = store_order(db)
        one_of_two = a_statement(order, copies={0: 1, 1: 0})
        first = withdraw(db, one_of_two, order.id, RIGHT, LIMITS, NOW)
        close_request(db, order.id, 1, first.id, actor="anna", now=NOW)
        # the second copy
        second = withdraw(db, one_of_two, order.id, RIGHT, LIMITS, NOW)
        assert list_open_requests(db) == [second]
        assert [each.occurrence for each in mails_about(db, MailKind.WITHDRAWAL)] == [first.id, second.id]

    await database.write(check)


def test_books_named_in_words_cannot_look_like_sentences_of_the_shop() -> None:
    request = ShopperRequest(
        "id", RequestKind.WITHDRAWAL, "key", None, "1", "Ada", "a@b.example", "Emma\nPay her 90 EUR.", NOW
    )
    lines = describe_withdrawal(request, None, RIGHT, is_late=False).splitlines()
    assert "It is about these books, in the shopper’s words: “Emma Pay her 90 EUR.”." in lines


async def test_another_address_is_acknowledged_too(database: Database) -> None:
    def check(db: Connection) -> None:
        order = store_order(db)
        first = withdraw(db, a_statement(order, email="typo@example.com"), order.id, RIGHT, LIMITS, NOW)
        again = withdraw(db, a_statement(order), order.id, RIGHT, LIMITS, datetime.now(UTC))
        assert again == first
        sent = mails_about(db, MailKind.WITHDRAWAL)
        assert [mail.recipient for mail in sent] == ["typo@example.com", order.email]
        assert {json.loads(mail.details)["received_at"] for mail in sent} == {NOW.isoformat()}
        assert len(mails_about(db, MailKind.NEEDS_REVIEW)) == 1

    await database.write(check)


async def test_a_late_withdrawal_is_taken_and_marked(database: Database) -> None:
    def check(db: Connection) -> None:
        order = store_order(db)
        entry = ship(db, order.id, 0, carrier="", tracking="", actor="anna", now=NOW)
        db.execute(parcels.update().values(shipped_at=datetime(2026, 9, 1, tzinfo=UTC)))
        withdraw(db, a_statement(order), "", RIGHT, LIMITS, NOW)
        late = list_entries(db, order.id)[-1]
        assert (late.version, late.details["is_late"]) == (entry.version + 1, True)
        assert "after the period" in json.loads(mails_about(db, MailKind.NEEDS_REVIEW)[-1].details)["message"]

    await database.write(check)


async def test_staff_who_have_not_seen_a_withdrawal_cannot_pack(database: Database) -> None:
    order = await database.write(store_order)
    await database.write(withdraw, a_statement(order), "", RIGHT, LIMITS, NOW)
    with pytest.raises(OrderChanged) as raised:
        await database.write(pack, order.id, 0, actor="anna", now=NOW)
    assert raised.value.last.action is Action.WITHDRAW


async def test_limits_hold_back_mail_first_and_then_statements_of_the_same_source(database: Database) -> None:
    def check(db: Connection) -> None:
        order = store_order(db)
        for n in range(MAX_WITHDRAWALS_PER_HOUR):
            withdraw(db, a_statement(order, reference=f"9{n:04}"), "", RIGHT, LIMITS, NOW)
        assert len(list_open_requests(db)) == MAX_WITHDRAWALS_PER_HOUR
        assert len(mails_about(db, MailKind.WITHDRAWAL)) == MAX_ACKNOWLEDGEMENTS_PER_HOUR
        for number in ("90000", str(order.number)):
            typed = a_statement(order, reference=number)
            if number == "90000":
                # the same again adds no statement
                withdraw(db, typed, "", RIGHT, LIMITS, NOW)
            else:
                with pytest.raises(TooManyWithdrawals):
                    withdraw(db, typed, "", RIGHT, LIMITS, NOW)
        # behind the order's address it is taken, whatever came from the network
        request = withdraw(db, a_statement(order), order.id, RIGHT, Limits("order", "other"), NOW)
        assert request.order_id == order.id

    await database.write(check)


@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({}, {}),
        ({"name": " \u200b"}, {"name": "missing"}),
        ({"reference": ""}, {"reference": "missing"}),
        ({"email": ""}, {"email": "missing"}),
        ({"email": "ada@"}, {"email": "unfinished"}),
        ({"name": "x" * 201}, {"name": "long"}),
        ({"books": "x" * 1001}, {"books": "long"}),
    ],
)
def test_what_is_wrong_is_said(changed: dict[str, str], errors: dict[str, str]) -> None:
    form = {"name": "Ada", "reference": "1042", "email": "ada@example.com", **changed}
    assert find_statement_errors(parse_statement(form)) == errors


FORM = {"name": "Ada <b>Reader</b>", "reference": "Order 424242", "email": "ada@example.com", "books": ""}


async def test_two_steps_lead_to_a_page_with_date_and_time(shopper: Shopper, database: Database) -> None:
    assert "You need no account" in await shopper.read("/withdraw")
    answer = await shopper.post("/withdraw", {**FORM, "email": "ada"})
    assert answer.status_code == 422
    assert "That address looks unfinished" in await text_of(answer)
    summary = await shopper.post("/withdraw", FORM)
    assert summary.status_code == 200
    page = await text_of(summary)
    assert "Confirm withdrawal</button>" in page
    assert not await database.read(list_open_requests)
    hidden = {
        name: value.replace("&lt;", "<").replace("&gt;", ">") for name, value in HIDDEN_FIELD.findall(page)
    }
    assert hidden == FORM
    form = await text_of(await shopper.post("/withdraw", {**hidden, "change": "1"}))
    assert 'value="Order 424242"' in form
    answer = await shopper.post("/withdraw/confirm", hidden)
    assert answer.status_code == 303
    received = await shopper.read(answer.headers["Location"])
    assert "We received your withdrawal" in received
    assert "Singapore Standard Time" in received
    assert "Ada &lt;b&gt;Reader" in received
    # without a mail server the page is the proof
    assert "please print it, or save it" in received
    again = await shopper.post("/withdraw/confirm", hidden)
    assert again.headers["Location"] == answer.headers["Location"]
    for path in ("/withdraw/confirm", f"/withdraw/{'0' * 32}"):
        await shopper.read(path, status=404)


async def test_the_answer_is_the_same_whether_the_order_exists(shopper: Shopper, database: Database) -> None:
    order = await database.write(store_order)
    pages = []
    for reference in (str(order.number), f"9{order.number}"):
        form = {"name": "Ada", "reference": reference, "email": order.email, "books": ""}
        answers = [await shopper.post("/withdraw", form), await shopper.post("/withdraw/confirm", form)]
        location = answers[1].headers["Location"]
        texts = [await text_of(answer) for answer in answers] + [await shopper.read(location)]
        plain = SECRET_ID.sub("", "\n".join([*texts, location])).replace(reference, "NUMBER")
        pages.append(re.sub(r"<time.*?</time>", "", plain))
        assert [answer.status_code for answer in answers] == [200, 303]
    assert pages[0] == pages[1]
    found = [each.order_id for each in await database.read(list_open_requests)]
    assert found == [order.id, None]


async def test_too_many_from_one_network_are_told_another_way(
    shopper: Shopper, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookshop.shopper_requests.same_time.RESPONSE_SECONDS", 0)
    for n in range(MAX_WITHDRAWALS_PER_HOUR + 1):
        answer = await shopper.post("/withdraw/confirm", {**FORM, "reference": str(n)})
    assert answer.status_code == 429
    page = await text_of(answer)
    assert "it counts as much as this form" in page
    assert "mailto:hello@example.com?subject=Withdrawal%20from%20order%2020&amp;body=" in page
    assert len(await database.read(list_open_requests)) == MAX_WITHDRAWALS_PER_HOUR


async def test_the_receipt_leads_to_a_form_that_is_filled_in(
    shopper: Shopper, database: Database, account: Account
) -> None:
    book = a_book("Emma", stock=9)
    await database.write(store_books, book)
    pay_page = await shopper.place_and_pay_page(book.isbn)
    receipt = receipt_of(pay_page)
    await shopper.read(f"{receipt}/withdraw", status=404)
    await account.pay(await shopper.find_intent(pay_page))
    assert "Withdraw from contract here" not in await shopper.read(receipt)
    form = await shopper.read(f"{receipt}/withdraw")
    assert 'value="Ada Reader"' in form
    assert "Emma" in form
    typed = {"name": "Ada Reader", "email": "reader@example.com"}
    answer = await shopper.post(f"{receipt}/withdraw", {**typed, "copies_0": "0"})
    assert answer.status_code == 422
    assert "Choose at least one book" in await text_of(answer)
    summary = await text_of(await shopper.post(f"{receipt}/withdraw", {**typed, "copies_0": "999"}))
    fields = dict(HIDDEN_FIELD.findall(summary))
    assert fields["copies_0"] == "1"
    answer = await shopper.post(f"{receipt}/withdraw/confirm", fields)
    assert "token" not in answer.headers["Location"]
    assert receipt.rsplit("/", 1)[1] not in answer.headers["Location"]
    assert "We have your withdrawal" in await shopper.read(receipt)
    (request,) = await database.read(list_open_requests)
    assert request.order_id
    assert "All of the order" in await shopper.read(answer.headers["Location"])

    def cancel(db: Connection) -> None:
        db.execute(order_copies.update().values(in_stock=0, cancelled=1))

    await database.write(cancel)
    form = await shopper.read(f"{receipt}/withdraw")
    assert "All books of this order were cancelled" in form
    assert "fieldset" not in form
    assert "All of the order" in await text_of(await shopper.post(f"{receipt}/withdraw", typed))


async def test_requests_of_the_other_kind_have_no_such_page(shopper: Shopper, database: Database) -> None:
    order = await database.write(store_order)
    request = await database.write(withdraw, a_statement(order), "", RIGHT, LIMITS, NOW)
    await database.write(lambda db: db.execute(shopper_requests.update().values(kind=RequestKind.CHANGE)))
    await shopper.read(f"/withdraw/{request.id}", status=404)
