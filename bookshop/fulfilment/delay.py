"""Promise a later day for copies that an order waits for, and tell the shopper."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bookshop.fulfilment.actions import begin_action, record_action
from bookshop.fulfilment.copies import OPEN_STATES, CopyState, LineCopies
from bookshop.fulfilment.copy_store import set_copies
from bookshop.fulfilment.rules import NotAllowed, Standing, check_may_leave
from bookshop.fulfilment.timeline import Action, Entry
from bookshop.mail.mail import MailKind
from bookshop.mail.outbox_store import add_mail

MAX_MESSAGE_CHARS = 2000


def delay(
    db: Connection,
    order_id: str,
    version: int,
    until: datetime,
    *,
    isbns: Collection[str] = (),
    message: str = "",
    actor: str,
    now: datetime,
) -> Entry:
    """Promise all copies that are waited for, or those of these books, by this day.

    `message` is the shop's own words to the shopper. Raises NotAllowed, OrderChanged.
    """
    standing = begin_action(db, order_id, version)
    lines = plan_delay(standing, until, isbns, message, now)
    set_copies(db, order_id, (replace(line, expected_at=until) for line in lines))
    details = {
        "copies": [[line.isbn, waiting_copies(standing, line, now)] for line in lines],
        "until": until.isoformat(),
        "message": message.strip(),
    }
    entry = record_action(db, standing, Action.DELAY, (), actor=actor, now=now, details=details)
    occurrence = str(entry.version)
    add_mail(db, MailKind.DELAYED, now, order_id=order_id, occurrence=occurrence, details=details)
    return entry


def plan_delay(
    standing: Standing, until: datetime, isbns: Collection[str], message: str, now: datetime
) -> list[LineCopies]:
    """Return the lines whose copies are promised later; raises NotAllowed."""
    check_may_leave(standing)
    if until <= now:
        raise NotAllowed("The new day must be in the future.")
    if len(message) > MAX_MESSAGE_CHARS:
        raise NotAllowed(f"The message has {len(message)} characters. Use at most {MAX_MESSAGE_CHARS}.")
    waiting = {line.isbn: line for line in standing.copies if waiting_copies(standing, line, now)}
    for isbn in isbns:
        if isbn not in waiting:
            raise NotAllowed(f"This order does not wait for {isbn}.")
    if not waiting:
        raise NotAllowed("This order does not wait for any copy. All are in the shop or have left it.")
    return [line for isbn, line in waiting.items() if isbn in isbns or not isbns]


def waiting_copies(standing: Standing, line: LineCopies, now: datetime) -> int:
    """Return how many copies of a line have yet to arrive, or may not leave the shop yet."""
    not_before = standing.order.lines[line.position].not_before
    return line.count(*OPEN_STATES) if not_before and not_before > now else line.count(CopyState.TO_ORDER)
