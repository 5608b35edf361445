"""The page of mails, and sending one again."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from bookshop.app import Shop, create_app
from bookshop.database import Database
from bookshop.fulfilment.add_note import add_note
from bookshop.fulfilment.pack import pack
from bookshop.fulfilment.resend import resend
from bookshop.fulfilment.rules import NotAllowed
from bookshop.fulfilment.timeline import Action
from bookshop.fulfilment.timeline_store import list_entries
from bookshop.fulfilment.undo import undo
from bookshop.mail.mail import MailKind
from bookshop.mail.outbox_store import add_mail
from bookshop.office.mail.mail_page import PAGE_MAILS, load_mail_page
from bookshop.orders.order import Order
from bookshop.schema import mails
from bookshop.staff.member import Role
from tests.builders import a_book, some_settings
from tests.fulfilment.stored_orders import NOW, a_line, an_order_of, store_books, store_paid
from tests.office.conftest import sign_in
from tests.office.staff_client import StaffClient
from tests.shopper import text_of


@pytest.fixture
async def shop(database_url: str) -> AsyncIterator[Shop]:
    """Run a shop with a mail server that is not there; no process sends mail."""
    settings = some_settings(
        DATABASE_URL=database_url,
        SMTP_URL="smtp://127.0.0.1:9",
        MAIL_FROM="shop@example.com",
        SWEEP_SECONDS="0",
    )
    app = create_app(settings)
    async with app.test_app():
        yield app


async def store_order(database: Database) -> Order:
    """Store a paid order, which has a confirmation in the outbox."""
    book = a_book("Emma", stock=3)
    order = an_order_of(a_line(book))
    await database.write(store_books, book)
    await database.write(store_paid, order)
    return order


def set_mails(db: Connection, /, **changed: object) -> None:
    db.execute(mails.update().where(mails.c.kind == MailKind.CONFIRMATION).values(**changed))


def states(db: Connection) -> list[tuple[int, str]]:
    kinds = mails.c.kind == MailKind.CONFIRMATION
    return [(row.id, row.state) for row in db.execute(mails.select().where(kinds).order_by(mails.c.id))]


async def test_a_mail_that_failed_is_sent_again_and_that_is_in_the_timeline(
    seller: StaffClient, database: Database
) -> None:
    order = await store_order(database)
    await database.write(set_mails, state="failed", error="550 No such user.", due_at=None)
    ((mail_id, _),) = await database.read(states)
    page = await seller.read("/office/mail")
    assert "1 mail was not sent." in page
    assert "550 No such user." in page
    assert 'aria-describedby="count-m"' in page
    response = await seller.post(f"/office/mail/{mail_id}/resend", {"version": "0"})
    assert response.headers["Location"] == f"/office/mail?resent={mail_id}"
    assert "Order 1001” is being sent again" in await seller.read(response.headers["Location"])
    assert await database.read(states) == [(mail_id, "queued")]
    (entry,) = await database.read(list_entries, order.id)
    assert (entry.action, entry.actor, entry.details["mail"]) == (Action.RESEND, "Ana", mail_id)


async def test_a_mail_is_sent_again_once(seller: StaffClient, database: Database) -> None:
    await store_order(database)
    await database.write(set_mails, state="sent", due_at=None, sent_at=NOW)
    ((mail_id, _),) = await database.read(states)
    form = {"version": "0", "next": "/office/orders/1"}
    first = await seller.post(f"/office/mail/{mail_id}/resend", form)
    assert first.headers["Location"] == "/office/orders/1"
    assert (await seller.post(f"/office/mail/{mail_id}/resend")).status_code == 409
    second = await seller.post(f"/office/mail/{mail_id}/resend", form, htmx=True)
    assert second.status_code == 409
    assert "Sent a mail again by Ana at" in await text_of(second)


async def test_a_mail_of_an_order_that_has_changed_is_looked_at_first(
    seller: StaffClient, database: Database
) -> None:
    order = await store_order(database)
    await database.write(set_mails, state="failed", due_at=None)
    await database.write(add_note, order.id, 0, "Wrong address.", actor="Mei", now=NOW)
    ((mail_id, _),) = await database.read(states)
    response = await seller.post(f"/office/mail/{mail_id}/resend", {"version": "0"})
    assert response.status_code == 409
    assert "Noted on by Mei" in await text_of(response)
    assert await database.read(states) == [(mail_id, "failed")]


async def test_a_mail_that_is_being_sent_is_not_sent_twice(database: Database) -> None:
    order = await store_order(database)
    ((mail_id, _),) = await database.read(states)
    with pytest.raises(NotAllowed, match="still being sent"):
        await database.write(resend, order.id, 0, mail_id, actor="Ana", now=NOW)
    with pytest.raises(NotAllowed, match="no such mail"):
        await database.write(resend, order.id, 0, mail_id + 99, actor="Ana", now=NOW)
    await database.write(set_mails, state="sent", due_at=None, order_id="another")
    with pytest.raises(NotAllowed, match="no such mail"):
        await database.write(resend, order.id, 0, mail_id, actor="Ana", now=NOW)


async def test_sending_again_does_not_keep_an_action_from_being_undone(database: Database) -> None:
    order = await store_order(database)
    await database.write(set_mails, state="sent", due_at=None)
    ((mail_id, _),) = await database.read(states)
    await database.write(pack, order.id, 0, actor="Ana", now=NOW)
    await database.write(resend, order.id, 1, mail_id, actor="Ana", now=NOW)
    undone = await database.write(undo, order.id, 2, actor="Ana", now=NOW)
    assert undone.details["action"] == Action.PACK


async def test_older_mails_follow_by_key(database: Database) -> None:
    def store(db: Connection) -> None:
        for n in range(PAGE_MAILS + 2):
            add_mail(
                db,
                MailKind.ORDER_LINK,
                NOW + timedelta(minutes=n),
                occurrence=str(n),
                recipient=f"{n}@example.com",
            )
        db.execute(mails.update().values(state="sent", due_at=None))
        add_mail(db, MailKind.ORDER_LINK, NOW, occurrence="waits", recipient="x@example.com")

    await database.write(store)
    first = await database.read(load_mail_page, None)
    assert (len(first.waiting), len(first.finished)) == (1, PAGE_MAILS)
    assert first.finished[0].mail.recipient == f"{PAGE_MAILS + 1}@example.com"
    second = await database.read(load_mail_page, first.older)
    assert [row.mail.recipient for row in second.finished] == ["1@example.com", "0@example.com"]
    assert (second.waiting, second.older) == ([], None)


async def test_a_mail_can_be_read(seller: StaffClient, database: Database) -> None:
    await store_order(database)
    ((mail_id, _),) = await database.read(states)
    page = await seller.read(f"/office/mail/{mail_id}")
    assert "Order 1001" in page
    assert "reader@example.com" in page
    assert "Resend" not in page
    await seller.read("/office/mail/999", status=404)


async def test_a_shop_that_sends_no_mail_offers_no_resend(database: Database, database_url: str) -> None:
    await store_order(database)
    await database.write(set_mails, state="kept", due_at=None)
    ((mail_id, _),) = await database.read(states)
    app = create_app(some_settings(DATABASE_URL=database_url, SWEEP_SECONDS="0"))
    async with app.test_app():
        seller = await sign_in(app, database, "Ana", Role.SELLER)
        page = await seller.read("/office/mail")
        assert "This shop sends no mail yet." in page
        assert "Resend" not in page
        response = await seller.post(f"/office/mail/{mail_id}/resend", {"version": "0"})
        assert response.status_code == 409
