"""What becomes of a mail after a try to send it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bookshop.mail.mail import TO_SHOP, Mail, MailKind, MailState
from bookshop.settings import Settings

# a process that claims a mail has it to itself for so long; all steps of sending together take less
LEASE = timedelta(minutes=5)
MIN_RETRY_DELAY, MAX_RETRY_DELAY = timedelta(minutes=1), timedelta(hours=4)
# an order's mail is of no use later
MAX_AGE = timedelta(days=1)
MAX_ERROR_CHARS = 300


class SendOutcome(StrEnum):
    """How a try ended; after a lost answer the server may have the mail."""

    ACCEPTED = "accepted"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try to send a mail; `error` is the server's answer or what went wrong."""

    outcome: SendOutcome
    error: str = ""


# of a process that died after it had begun to transmit
DIED = Attempt(SendOutcome.LOST, "The shop was stopped while it sent this mail.")


def begin_try(mail: Mail, now: datetime) -> Mail:
    """Return the mail, claimed by a process that is about to connect."""
    return replace(mail, state=MailState.SENDING, due_at=now + LEASE, tries=mail.tries + 1)


def begin_transmission(mail: Mail, now: datetime) -> Mail:
    """Return the mail, of which the server may have a copy from now on."""
    return replace(mail, state=MailState.TRANSMITTING, due_at=now + LEASE)


def finish_try(mail: Mail, attempt: Attempt, now: datetime) -> Mail:
    """Return the mail after a try: sent, waiting for the next one, or ended without.

    A mail whose answer was lost is sent once more. If that does not end with an answer either, it is
    uncertain, as is one that the server refuses the second time: the first copy may have arrived.
    """
    error = attempt.error[:MAX_ERROR_CHARS]
    if attempt.outcome is SendOutcome.ACCEPTED:
        return replace(mail, state=MailState.SENT, due_at=None, sent_at=now, error="")
    doubts = mail.doubts + (attempt.outcome is SendOutcome.LOST)
    is_over = {
        # one that waited for a server, or was resent, has a second try
        SendOutcome.TEMPORARY: now - mail.created_at > MAX_AGE and mail.tries > 1,
        SendOutcome.PERMANENT: True,
        SendOutcome.LOST: doubts > 1,
    }[attempt.outcome]
    if is_over:
        state = MailState.UNCERTAIN if doubts else MailState.FAILED
        return replace(mail, state=state, due_at=None, doubts=doubts, error=error)
    due_at = now + retry_delay(mail.tries)
    return replace(mail, state=MailState.QUEUED, due_at=due_at, doubts=doubts, error=error)


def retry_delay(tries: int) -> timedelta:
    """Return the delay after so many tries: twice as long each time."""
    doubled: timedelta = MIN_RETRY_DELAY * 2 ** min(max(tries - 1, 0), 10)
    return min(doubled, MAX_RETRY_DELAY)


def is_kept(mail: Mail, recipient: str, settings: Settings) -> bool:
    """Return whether a mail is kept to be read instead of being sent."""
    if settings.smtp_url is None or (mail.kind in TO_SHOP and not recipient):
        return True
    return (mail.kind is MailKind.NEW_ORDER and not settings.mail_new_orders) or (
        mail.kind is MailKind.NEEDS_REVIEW and not settings.mail_reviews
    )
