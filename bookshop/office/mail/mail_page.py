"""What the page of mails shows."""

from dataclasses import dataclass

from sqlalchemy import Connection

from bookshop.fulfilment.timeline_store import list_versions
from bookshop.mail.change_mail import FINISHED
from bookshop.mail.mail import Mail, MailState
from bookshop.mail.mail_list import find_mail, list_finished_mails, list_unsent_mails
from bookshop.mail.subject import describe_mail
from bookshop.orders.store import find_order_by_id
from bookshop.web.small_int import MAX_INT

PAGE_MAILS = 25
WAITING = (MailState.QUEUED, MailState.SENDING, MailState.TRANSMITTING)


@dataclass(frozen=True, slots=True)
class MailRow:
    """A mail, its order's number, and the order's version, which a resend names."""

    mail: Mail
    number: int | None
    version: int

    @property
    def subject(self) -> str:
        return describe_mail(self.number, self.mail)

    @property
    def is_finished(self) -> bool:
        """Whether it can be sent again."""
        return self.mail.state in FINISHED


@dataclass(frozen=True, slots=True)
class MailPage:
    """Mails that were not sent, that wait, and that are finished.

    Pages of older ones begin after the mail `older`.
    """

    failed: list[MailRow]
    waiting: list[MailRow]
    finished: list[MailRow]
    older: int | None


def load_mail_page(db: Connection, before: int | None) -> MailPage:
    """Read the mails; those that were not sent, or wait, only on the first page."""
    failed = [] if before else list_unsent_mails(db, (MailState.FAILED, MailState.UNCERTAIN), PAGE_MAILS)
    waiting = [] if before else list_unsent_mails(db, WAITING, PAGE_MAILS)
    finished = list_finished_mails(db, before, PAGE_MAILS + 1)
    older = finished[PAGE_MAILS - 1][0].id if len(finished) > PAGE_MAILS else None
    failed_rows, waiting_rows, rows = with_versions(db, failed, waiting, finished[:PAGE_MAILS])
    return MailPage(failed_rows, waiting_rows, rows, older)


def with_versions(db: Connection, *lists: list[tuple[Mail, int | None]]) -> list[list[MailRow]]:
    """Return lists of mails with the versions of their orders."""
    versions = list_versions(db, {mail.order_id for found in lists for mail, _ in found})
    return [[MailRow(mail, number, versions[mail.order_id]) for mail, number in found] for found in lists]


def find_row(db: Connection, mail_id: int) -> MailRow | None:
    """Return the mail with this number."""
    mail = find_mail(db, mail_id) if mail_id <= MAX_INT else None
    if mail is None:
        return None
    order = find_order_by_id(db, mail.order_id) if mail.order_id else None
    ((row,),) = with_versions(db, [(mail, order.number if order else None)])
    return row
