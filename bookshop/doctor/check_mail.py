"""Check that mail is on its way."""

from collections.abc import Iterator
from datetime import UTC, datetime

from bookshop.doctor.check import Deployment, Result, Results, State
from bookshop.mail.mail import MailState
from bookshop.mail.mail_health import MailHealth, mail_health
from bookshop.mail.mail_list import list_unsent_mails
from bookshop.mail.sending_store import find_oldest_unsent

NAME, UNSENT = "Mail", "Unsent mail"
MAX_FAILED = 100


async def check_mail(deployment: Deployment) -> Results:
    """Judge the queue of mails."""
    database, has_server = deployment.database, deployment.settings.smtp_url is not None
    oldest = await database.read(find_oldest_unsent)
    failed = await database.read(list_unsent_mails, [MailState.FAILED, MailState.UNCERTAIN], MAX_FAILED)
    return [judge_queue(oldest, datetime.now(UTC), has_server=has_server), *judge_failed(len(failed))]


def judge_queue(oldest: datetime | None, now: datetime, *, has_server: bool) -> Result:
    """Judge how long the oldest mail has waited."""
    health = mail_health(oldest, now, has_server=has_server)
    if health is MailHealth.OFF:
        why = "Shoppers get no confirmation, which most countries require."
        return Result(NAME, State.WARNING, "The shop sends no mail.", why, "Set SMTP_URL and MAIL_FROM.")
    if health is MailHealth.DELAYED and oldest:
        what = f"The oldest mail has waited since {oldest:%Y-%m-%d %H:%M} UTC."
        fix = "`bookshop mail` has the server’s answer; check SMTP_URL with `bookshop doctor --online`."
        return Result(NAME, State.PROBLEM, what, "Shoppers wait for their confirmations.", fix)
    return Result(NAME, State.OK, "No mail has waited for long.")


def judge_failed(count: int) -> Iterator[Result]:
    """Judge mails that a person must look at."""
    if count:
        many = f"{count} or more mails were" if count == MAX_FAILED else f"{count} mails were"
        what = f"{'1 mail was' if count == 1 else many} not sent, or perhaps not."
        fix = "Send them again in the office, under Mail, or with `bookshop mail`."
        yield Result(UNSENT, State.WARNING, what, "Those shoppers do not know of their orders.", fix)
