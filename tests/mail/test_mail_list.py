"""Mails are listed, sent again and kept back on both databases."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.mail.change_mail import keep_mail, resend_mail
from bookshop.mail.compose import compose
from bookshop.mail.mail import MailKind, MailState
from bookshop.mail.mail_list import find_mail, list_mails, list_mails_to_shopper
from bookshop.mail.outbox_store import add_mail
from bookshop.schema import mails
from tests.builders import a_book
from tests.fulfilment.stored_orders import NOW, a_line, an_order_of, store_books, store_paid
from tests.mail.example_mails import SETTINGS


async def test_mails_are_found_by_what_they_are(database: Database) -> None:
    def check(db: Connection) -> None:
        book = a_book("Middlemarch")
        order = an_order_of(a_line(book))
        store_books(db, book)
        store_paid(db, order)
        add_mail(db, MailKind.ORDER_LINK, NOW, recipient="a@b.example", details={"orders": [[1, "t"]]})
        link, new_order, confirmation = (mail for mail, _ in list_mails(db))
        assert (link.kind, link.recipient, link.details) == (
            MailKind.ORDER_LINK,
            "a@b.example",
            {"orders": [[1, "t"]]},
        )
        assert list_mails(db, state="queued", kind="new_order", order_id=order.id) == [(new_order, 1001)]
        assert list_mails(db, limit=1) == [(link, None)]
        assert list_mails(db, state="sent") == []
        assert list_mails_to_shopper(db, order.id) == [confirmation]
        assert find_mail(db, link.id) == link
        assert find_mail(db, 999) is None
        text = compose(db, SETTINGS, confirmation)
        assert (text.recipient, text.subject) == (order.email, "Order 1001 – Awning Books")
        assert "Middlemarch" in text.plain
        db.execute(mails.update().values(plain=text.plain, html=text.html))
        found = find_mail(db, link.id)
        assert found == replace(link, plain=text.plain, html=text.html)
        assert list_mails(db, limit=1) == [(link, None)]

    await database.write(check)


def set_state(db: Connection, state: MailState) -> None:
    db.execute(mails.update().values(state=state, due_at=NOW, tries=3))


async def test_only_a_mail_that_no_process_has_is_changed(database: Database) -> None:
    later = NOW + timedelta(hours=1)

    def check(db: Connection) -> None:
        add_mail(db, MailKind.ORDER_LINK, NOW, recipient="a@b.example")
        ((mail, _),) = list_mails(db)
        may_resend, may_keep = set(), set()
        for state in MailState:
            set_state(db, state)
            if resend_mail(db, mail.id, later):
                may_resend.add(state)
                assert find_mail(db, mail.id) == replace(mail, due_at=later)
            set_state(db, state)
            if keep_mail(db, mail.id):
                may_keep.add(state)
                assert find_mail(db, mail.id) == replace(mail, state=MailState.KEPT, due_at=None, tries=3)
        assert may_resend == set(MailState) - {"queued", "sending", "transmitting"}
        assert may_keep == {"queued", "failed", "uncertain"}

    await database.write(check)
