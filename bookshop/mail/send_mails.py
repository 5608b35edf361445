"""Send the mails that are due, each by the process that has claimed it.

Nothing waits for the mail server inside a transaction.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bookshop.database import Database, DatabaseUnavailable
from bookshop.mail.compose import compose, find_recipient
from bookshop.mail.mail import Mail, MailState
from bookshop.mail.message import NotSendable, build_message, make_message_id, sender_domain
from bookshop.mail.sending_rules import (
    DIED,
    Attempt,
    SendOutcome,
    begin_transmission,
    begin_try,
    finish_try,
    is_kept,
)
from bookshop.mail.sending_store import claim_mail, list_due_mails, set_state
from bookshop.settings import Settings
from bookshop.settings.smtp_server import SmtpServer

if TYPE_CHECKING:
    from bookshop.mail.smtp_connection import SmtpConnection

log = logging.getLogger(__name__)

MAX_MAILS_PER_ROUND = 100
# an answer of the server is not forgotten because the database is busy
WRITE_TRIES = 5
SEE_LOG = "The mail could not be written. The shop's log has the reason."


@dataclass(slots=True)
class Round:
    """The mails of a round, each as it was left.

    `server_error` is why the server cannot be used now; a connection that was lost only ends the round.
    """

    mails: list[Mail] = field(default_factory=list)
    server_error: str = ""
    is_over: bool = False


async def send_due_mails(
    database: Database,
    settings: Settings,
    order_id: str = "",
    is_stopping: Callable[[], bool] = lambda: False,
) -> Round:
    """Send the mails that are due, or those of one order, over one connection."""
    result, server = Round(), settings.smtp_url
    due = await database.read(list_due_mails, datetime.now(UTC), MAX_MAILS_PER_ROUND, order_id)
    async with AsyncExitStack() as stack:
        connection: SmtpConnection | None = None
        for mail in due:
            if is_stopping():
                break
            left = await claim(database, settings, mail)
            if left and left.state is MailState.SENDING and server:
                connection = connection or await connect(settings, server, stack, result)
                left = await send_one(database, settings, connection, left, result)
            if left:
                result.mails.append(left)
            if result.server_error or result.is_over:
                break
    return result


async def connect(
    settings: Settings, server: SmtpServer, stack: AsyncExitStack, result: Round
) -> "SmtpConnection | None":
    """Return a connection that lasts as long as the round; None if there is none now."""
    # here, since a shop that sends no mail works without the library
    from bookshop.mail.smtp_connection import NotConnected, SmtpConnection

    try:
        return await stack.enter_async_context(SmtpConnection(server, sender_domain(settings)))
    except NotConnected as problem:
        result.server_error = str(problem)
        return None


async def claim(database: Database, settings: Settings, mail: Mail) -> Mail | None:
    """Return the mail, to be sent by this process or ended; None if nothing is to be done."""
    now = datetime.now(UTC)
    if mail.state is MailState.TRANSMITTING:
        ended = finish_try(mail, DIED, now)
        is_written = await database.write(set_state, mail, ended)
        return ended if is_written and not ended.due_at else None
    composed = await with_text(database, settings, mail)
    if composed.state is not MailState.FAILED:
        if is_kept(composed, composed.recipient, settings):
            composed = replace(composed, state=MailState.KEPT, due_at=None)
        else:
            message_id = composed.message_id or make_message_id(composed, settings)
            composed = begin_try(replace(composed, message_id=message_id), now)
    return composed if await database.write(claim_mail, mail, composed) else None


async def with_text(database: Database, settings: Settings, mail: Mail) -> Mail:
    """Return the mail with its text, or failed if it cannot be composed."""
    if mail.subject:
        # the shop may have another address by now
        return replace(mail, recipient=find_recipient(None, settings, mail))
    try:
        text = await database.read(compose, settings, mail)
        # what is not valid Unicode can be neither stored nor sent
        f"{text.recipient}{text.subject}{text.plain}{text.html}".encode()
    except DatabaseUnavailable:
        raise
    except Exception:
        log.exception("The mail %d (%s) could not be composed", mail.id, mail.kind)
        return replace(mail, state=MailState.FAILED, due_at=None, error=SEE_LOG)
    return replace(mail, recipient=text.recipient, subject=text.subject, plain=text.plain, html=text.html)


async def send_one(
    database: Database, settings: Settings, connection: "SmtpConnection | None", mail: Mail, result: Round
) -> Mail | None:
    """Try to send a claimed mail; None if another process has taken it over."""
    if connection is None:
        return await finish(database, mail, Attempt(SendOutcome.TEMPORARY, result.server_error))
    try:
        message = build_message(mail, settings)
    except NotSendable as problem:
        return await finish(database, mail, Attempt(SendOutcome.PERMANENT, str(problem)))
    except Exception:
        log.exception("The message of mail %d (%s) could not be built", mail.id, mail.kind)
        return await finish(database, mail, Attempt(SendOutcome.PERMANENT, SEE_LOG))
    stored = mail

    async def before_data() -> bool:
        nonlocal stored
        stored = begin_transmission(mail, datetime.now(UTC))
        return await database.write(set_state, mail, stored)

    sender = settings.mail_bounces or settings.mail_from
    attempt = await connection.send(sender, mail.recipient, message, before_data)
    result.server_error, result.is_over = connection.closing_error, not connection.is_usable
    return await finish(database, stored, attempt) if attempt else None


async def finish(database: Database, mail: Mail, attempt: Attempt) -> Mail:
    """Store how a try ended."""
    ended = finish_try(mail, attempt, datetime.now(UTC))
    for tries_left in reversed(range(WRITE_TRIES)):
        try:
            await database.write(set_state, mail, ended)
            break
        except DatabaseUnavailable:
            if not tries_left:
                raise
            await asyncio.sleep(1)
    return ended
