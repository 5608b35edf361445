"""After a restore, mails that waited are sent again only by a person."""

from datetime import UTC, datetime

from bookshop.database import Database
from bookshop.mail.hold_mails import hold_waiting_mails
from bookshop.mail.mail import MailKind, MailState
from bookshop.mail.mail_list import list_unsent_mails
from bookshop.mail.outbox_store import add_mail


async def test_a_held_mail_may_have_left_so_that_a_person_decides(database: Database) -> None:
    await database.write(add_mail, MailKind.ORDER_LINK, datetime.now(UTC), recipient="ada@example.com")
    await database.write(hold_waiting_mails)
    await database.write(hold_waiting_mails)
    ((mail, _),) = await database.read(list_unsent_mails, [MailState.UNCERTAIN], 9)
    assert (mail.due_at, mail.doubts) == (None, 1)
    assert mail.error.startswith("A backup was restored")
