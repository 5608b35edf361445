"""Mail reaches a real SMTP server once, whatever the server does."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP
from sqlalchemy import Connection

from bookshop.database import Database, open_database
from bookshop.mail.change_mail import resend_mail
from bookshop.mail.mail import Mail, MailKind, MailState
from bookshop.mail.mail_list import find_mail, list_mails
from bookshop.mail.mail_sender import run_mail_sender
from bookshop.mail.outbox_store import add_mail
from bookshop.mail.send_mails import send_due_mails
from bookshop.mail.sending_store import find_oldest_unsent
from bookshop.orders.store import add_order
from bookshop.schema import mails
from tests.builders import a_book, an_order, store_book
from tests.mail.mail_server import (
    PASSWORD,
    USER,
    Fault,
    MailServer,
    authenticate,
    hang_up,
    running_mail_server,
)
from tests.processes import free_port

LONG_AGO = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with running_mail_server() as server:
        yield server


def queue(db: Connection, count: int = 1, email: str = "reader@example.com") -> None:
    book = store_book(db, a_book())
    for _ in range(count):
        order = an_order(book, email=email)
        add_order(db, order)
        add_mail(db, MailKind.CONFIRMATION, datetime.now(UTC), order_id=order.id)


def make_due(db: Connection) -> None:
    """Let the time pass until every waiting or claimed mail is due."""
    db.execute(mails.update().where(mails.c.due_at.is_not(None)).values(due_at=LONG_AGO))


def read_mails(db: Connection) -> list[Mail]:
    return [found for mail, _ in list_mails(db) if (found := find_mail(db, mail.id))]


async def only_mail(database: Database) -> Mail:
    (mail,) = await database.read(read_mails)
    return mail


async def test_a_mail_is_sent_once_with_its_text(database: Database, server: MailServer) -> None:
    await database.write(queue)
    for _ in range(2):
        await send_due_mails(database, server.settings(MAIL_BOUNCES="bounces@books.example"))
    (message,), (envelope,) = server.messages, server.envelopes
    mail = await only_mail(database)
    assert (mail.state, mail.tries, mail.message_id) == ("sent", 1, message["Message-ID"])
    assert (envelope.mail_from, envelope.rcpt_tos) == ("bounces@books.example", ["reader@example.com"])
    plain, html = (part.get_content() for part in message.iter_parts())
    assert (plain.split(), html.split()) == (mail.plain.split(), mail.html.split())
    assert server.commands["EHLO"] == 1


async def test_many_mails_take_one_connection(database: Database, server: MailServer) -> None:
    await database.write(queue, 20)
    await send_due_mails(database, server.settings())
    assert (len(server.messages), len(server.copies), server.connections) == (20, 20, 1)


async def test_without_a_server_mails_are_kept_and_can_be_read(database: Database) -> None:
    await database.write(queue)
    await send_due_mails(database, MailServer().settings(SMTP_URL=""))
    mail = await only_mail(database)
    assert (mail.state, mail.due_at, mail.recipient) == ("kept", None, "reader@example.com")
    assert "Middlemarch" in mail.plain


@pytest.mark.parametrize("before", ["", "old@books.example"])
async def test_a_mail_to_the_shop_goes_to_its_address_of_now(
    database: Database, server: MailServer, before: str
) -> None:
    details = {"reason": "withdrawal", "message": "Ada withdraws."}
    await database.write(add_mail, MailKind.NEEDS_REVIEW, LONG_AGO, details=details)
    server.faults["RCPT"] = ["550 No such user"] if before else []
    await send_due_mails(database, server.settings(SHOP_EMAIL=before))
    mail = await only_mail(database)
    assert (mail.state, mail.recipient) == ("failed" if before else "kept", before)
    assert await database.write(resend_mail, mail.id, LONG_AGO)
    await send_due_mails(database, server.settings(SHOP_EMAIL="new@books.example"))
    assert [message["To"] for message in server.messages] == ["new@books.example"]


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(("answer", "state"), [("451 Try later", "queued"), ("550 No such user", "failed")])
async def test_a_refused_mail_stops_no_other(
    database: Database, server: MailServer, command: str, answer: str, state: str
) -> None:
    await database.write(queue, 3)
    server.faults[command] = [answer]
    await send_due_mails(database, server.settings())
    left = await database.read(read_mails)
    assert sorted(mail.state for mail in left) == sorted([state, "sent", "sent"])
    assert [mail.error for mail in left if mail.error] == [answer]
    await database.write(make_due)
    await send_due_mails(database, server.settings())
    assert set(server.copies.values()) == {1}
    assert len(server.messages) == 3 - (state == "failed")


@pytest.mark.parametrize("command", ["MAIL", "RCPT"])
async def test_a_lost_connection_ends_the_round_and_not_the_service(
    database: Database, server: MailServer, command: str
) -> None:
    await database.write(queue, 2)
    server.faults[command] = [hang_up]
    result = await send_due_mails(database, server.settings())
    assert (result.server_error, [mail.state for mail in result.mails]) == ("", ["queued"])
    result = await send_due_mails(database, server.settings())
    assert [mail.state for mail in result.mails] == ["sent"]


async def test_a_message_that_cannot_be_built_stops_no_other(
    database: Database, server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    # Python raises AttributeError for this address
    await database.write(queue, 1, ".@[=>-")
    await database.write(queue)
    await send_due_mails(database, server.settings())
    left = await database.read(read_mails)
    assert sorted(mail.state for mail in left) == ["failed", "sent"]
    assert "could not be built" in caplog.text


@pytest.mark.parametrize("command", ["EHLO", "MAIL", "RCPT", "DATA"])
async def test_a_server_that_closes_ends_the_round(
    database: Database, server: MailServer, command: str
) -> None:
    await database.write(queue, 3)
    server.faults[command] = ["421 Too much mail"]
    result = await send_due_mails(database, server.settings())
    assert "421" in result.server_error
    assert [mail.state for mail in result.mails] == ["queued"]
    assert server.connections == 1
    await database.write(make_due)
    await send_due_mails(database, server.settings())
    assert list(server.copies.values()) == [1, 1, 1]


async def test_a_lost_answer_is_a_doubt_and_the_mail_is_sent_once_more(
    database: Database, server: MailServer
) -> None:
    await database.write(queue)
    # the message was taken when the connection breaks
    server.faults["DATA"] = [hang_up, hang_up]
    for doubts, state in ((1, MailState.QUEUED), (2, MailState.UNCERTAIN)):
        await send_due_mails(database, server.settings())
        mail = await only_mail(database)
        assert (mail.state, mail.doubts) == (state, doubts)
        await database.write(make_due)
    await send_due_mails(database, server.settings())
    assert server.copies == {mail.message_id: 2}


def saying(answer: bytes) -> Fault:
    """Return a fault that answers with these bytes."""

    def answer_raw(server: SMTP) -> None:
        assert isinstance(server.transport, asyncio.Transport)
        server.transport.write(answer)
        raise asyncio.CancelledError

    return answer_raw


@pytest.mark.parametrize("command", ["EHLO", "MAIL", "RCPT", "DATA"])
async def test_an_answer_in_any_bytes_is_stored(
    database: Database, server: MailServer, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookshop.mail.smtp_connection.STEP_SECONDS", 0.3)
    await database.write(queue)
    server.faults[command] = [saying(b"550-verf\xfcgbar\r\n550 \x00\r\n")]
    await send_due_mails(database, server.settings())
    mail = await only_mail(database)
    assert (mail.state, mail.error) == ("queued" if command == "EHLO" else "failed", "550 verf?gbar ?")


@pytest.mark.parametrize("answer", [b"hello\r\n", b"252 Perhaps\r\n"])
async def test_an_answer_that_is_neither_yes_nor_no_is_a_doubt(
    database: Database, server: MailServer, answer: bytes
) -> None:
    await database.write(queue)
    server.faults["DATA"] = [saying(answer), saying(answer)]
    for state in ("queued", "uncertain"):
        await send_due_mails(database, server.settings())
        assert (await only_mail(database)).state == state
        await database.write(make_due)


@pytest.mark.parametrize("command", ["EHLO", "MAIL", "RCPT"])
async def test_a_connection_lost_before_the_message_is_no_doubt(
    database: Database, server: MailServer, command: str
) -> None:
    await database.write(queue)
    server.faults[command] = [hang_up]
    await send_due_mails(database, server.settings())
    mail = await only_mail(database)
    assert (mail.state, mail.doubts) == ("queued", 0)
    await database.write(make_due)
    await send_due_mails(database, server.settings())
    assert list(server.copies.values()) == [1]


@pytest.mark.parametrize("command", ["EHLO", "MAIL", "RCPT", "DATA"])
async def test_a_server_that_does_not_answer_is_given_up(
    database: Database, server: MailServer, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookshop.mail.smtp_connection.STEP_SECONDS", 0.3)
    monkeypatch.setattr("bookshop.mail.smtp_connection.ACCEPT_SECONDS", 0.3)
    await database.write(queue)

    def hang(_: object) -> None:
        raise asyncio.CancelledError

    server.faults[command] = [hang]
    await send_due_mails(database, server.settings())
    mail = await only_mail(database)
    assert (mail.state, mail.doubts) == ("queued", command == "DATA")


async def test_no_server_is_a_temporary_fault_of_one_mail(database: Database) -> None:
    await database.write(queue, 3)
    result = await send_due_mails(database, MailServer(port=free_port()).settings())
    assert result.server_error
    assert [mail.state for mail in result.mails] == ["queued"]
    assert sorted(mail.tries for mail in await database.read(read_mails)) == [0, 0, 1]


async def test_the_shop_logs_in(database: Database) -> None:
    options = {"authenticator": authenticate, "auth_require_tls": False}
    async with running_mail_server(**options) as server:
        await database.write(queue)
        for password, error in (("wrong", "535"), ("hunter2%20%40%3A%2F", "")):
            url = f"smtp://{USER}:{password}@127.0.0.1:{server.port}"
            result = await send_due_mails(database, server.settings(SMTP_URL=url))
            assert result.server_error[:3] == error
            assert PASSWORD not in result.server_error
            await database.write(make_due)
    assert (await only_mail(database)).state is MailState.SENT


async def test_a_server_without_the_required_encryption_is_not_used(
    database: Database, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # as if the server were another machine
    monkeypatch.setattr("bookshop.settings.smtp_server.is_this_machine", lambda host: False)
    await database.write(queue)
    for scheme in ("smtp", "smtps"):
        url = f"{scheme}://127.0.0.1:{server.port}"
        result = await send_due_mails(database, server.settings(SMTP_URL=url))
        assert result.server_error
        await database.write(make_due)
    assert server.messages == []


async def test_a_server_of_this_machine_may_have_a_certificate_of_its_own(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=till"]
    subprocess.run([*made, "-keyout", key, "-out", certificate], check=True, capture_output=True)  # noqa: ASYNC221
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    async with running_mail_server(tls_context=context) as server:
        await database.write(queue)
        # another machine must prove what it is
        with monkeypatch.context() as patch:
            patch.setattr("bookshop.settings.smtp_server.is_this_machine", lambda host: False)
            result = await send_due_mails(database, server.settings())
        assert "certificate" in result.server_error
        await database.write(make_due)
        await send_due_mails(database, server.settings())
    assert (await only_mail(database)).state is MailState.SENT


async def test_an_address_that_no_server_takes_has_failed(database: Database, server: MailServer) -> None:
    await database.write(queue, 1, "jürgen@example.com")
    await database.write(queue)
    await send_due_mails(database, server.settings())
    left = await database.read(read_mails)
    assert sorted(mail.state for mail in left) == ["failed", "sent"]


async def test_a_mail_that_cannot_be_composed_stops_no_other(
    database: Database, server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    await database.write(add_mail, MailKind.CONFIRMATION, LONG_AGO, order_id="an order that is gone")
    broken = {"reason": "change", "message": "\udcff"}
    await database.write(add_mail, MailKind.NEEDS_REVIEW, LONG_AGO, details=broken)
    await database.write(queue)
    await send_due_mails(database, server.settings())
    left = await database.read(read_mails)
    assert sorted(mail.state for mail in left) == ["failed", "failed", "sent"]
    assert "could not be composed" in caplog.text
    assert "reader@example.com" not in caplog.text


async def test_many_senders_send_each_mail_once(
    database: Database, database_url: str, server: MailServer
) -> None:
    await database.write(queue, 12)
    others = [open_database(database_url) for _ in range(3)]
    await asyncio.gather(*(send_due_mails(one, server.settings()) for one in (database, *others)))
    for other in others:
        await other.close()
    assert list(server.copies.values()) == [1] * 12
    assert {mail.state for mail in await database.read(read_mails)} == {MailState.SENT}


async def test_a_mail_that_another_process_took_over_is_not_sent(
    database: Database, server: MailServer
) -> None:
    await database.write(queue)

    async def take_over(_: object) -> None:
        # the lease has ended while the first process was between two steps
        await database.write(make_due)
        result = await send_due_mails(database, server.settings())
        assert [mail.state for mail in result.mails] == ["sent"]

    server.faults["RCPT"] = [take_over]
    result = await send_due_mails(database, server.settings())
    assert result.mails == []
    assert list(server.copies.values()) == [1]


async def test_only_the_mails_of_one_order_are_sent_if_it_is_named(
    database: Database, server: MailServer
) -> None:
    await database.write(queue, 3)
    chosen = (await database.read(read_mails))[1].order_id
    result = await send_due_mails(database, server.settings(), chosen)
    assert [mail.order_id for mail in result.mails] == [chosen]
    assert len(server.messages) == 1


async def test_the_oldest_unsent_mail_is_known(database: Database, server: MailServer) -> None:
    assert await database.read(find_oldest_unsent) is None
    await database.write(queue, 2)
    oldest = await database.read(find_oldest_unsent)
    assert oldest == min(mail.created_at for mail in await database.read(read_mails))
    await send_due_mails(database, server.settings())
    assert await database.read(find_oldest_unsent) is None


async def test_a_mail_leaves_soon_after_it_is_written_and_is_finished_when_the_shop_stops(
    database: Database, server: MailServer
) -> None:
    task = asyncio.create_task(run_mail_sender(database, server.settings()))
    await database.write(queue)
    stopped = asyncio.Event()

    def stop(_: object) -> None:
        task.cancel()
        stopped.set()

    server.faults["DATA"] = [stop]
    await asyncio.wait_for(stopped.wait(), timedelta(seconds=20).total_seconds())
    await asyncio.gather(task, return_exceptions=True)
    mail = await only_mail(database)
    assert (mail.state, mail.doubts, len(server.messages)) == ("sent", 0, 1)
