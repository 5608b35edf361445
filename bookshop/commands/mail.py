"""`bookshop mail`: list the mails, print one, send it again or keep it back."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from bookshop.commands.find_order import find_order_or_exit
from bookshop.commands.output import echo_json, echo_table, format_time
from bookshop.commands.runner import run_with_database
from bookshop.database import Database
from bookshop.mail.change_mail import keep_mail, resend_mail
from bookshop.mail.compose import with_text
from bookshop.mail.mail import Mail, MailState
from bookshop.mail.mail_list import find_mail, list_mails
from bookshop.mail.send_mails import send_due_mails
from bookshop.settings import Settings, settings_or_exit


def show_mails(state: str, kind: str, order: str, limit: int, *, as_json: bool) -> None:
    """Print the newest mails, only those of this state, kind and order unless they are empty."""
    settings = settings_or_exit()
    zone = ZoneInfo(settings.shop_timezone)

    async def read(database: Database) -> list[tuple[Mail, int | None]]:
        order_id = (await find_order_or_exit(database, order)).id if order else ""
        return await database.read(list_mails, state=state, kind=kind, order_id=order_id, limit=limit)

    found = run_with_database(settings, read)
    if as_json:
        echo_json([summary_to_json(mail, number) for mail, number in found])
        return
    echo_table(
        ("MAIL", "STATE", "KIND", "ORDER", "WHEN", "TRIES", "ERROR"),
        [
            (
                mail.id,
                mail.state,
                mail.kind,
                number or mail.order_id or "-",
                format_time(mail.sent_at or mail.created_at, zone),
                mail.tries,
                mail.error,
            )
            for mail, number in found
        ],
    )


def show_mail(mail_id: int, *, as_html: bool, as_json: bool) -> None:
    """Print a mail as it was sent, or as it would be."""
    settings = settings_or_exit()
    mail = run_with_database(settings, lambda database: read_text(database, settings, mail_id))
    if as_json:
        echo_json(mail_to_json(mail))
    elif as_html:
        click.echo(mail.html, nl=False)
    else:
        echo_mail(mail, ZoneInfo(settings.shop_timezone))


def echo_mail(mail: Mail, zone: ZoneInfo) -> None:
    facts = (
        ("State", mail.state),
        ("Sent", format_time(mail.sent_at, zone) if mail.sent_at else ""),
        ("Error", mail.error),
        ("To", mail.recipient),
        ("Subject", mail.subject),
        ("Message-ID", mail.message_id),
    )
    echo_table((), [(f"{name}:", value) for name, value in facts if value])
    click.echo(f"\n{mail.plain}", nl=False)


async def read_text(database: Database, settings: Settings, mail_id: int) -> Mail:
    """Return a mail, composed now if it was not yet; raises ClickException."""
    mail = await find_mail_or_exit(database, mail_id)
    return await database.read(with_text, settings, mail)


async def find_mail_or_exit(database: Database, mail_id: int) -> Mail:
    """Return the mail with this number; raises ClickException."""
    mail = await database.read(find_mail, mail_id)
    if mail is None:
        raise click.ClickException(f"No mail has the number {mail_id}. `bookshop mail` lists the mails.")
    return mail


def resend(mail_id: int) -> None:
    """Send a mail again, and print how that ended."""
    settings = settings_or_exit()
    if settings.smtp_url is None:
        raise click.ClickException("This shop sends no mail. Set SMTP_URL, which sample.env describes.")
    mail = run_with_database(settings, lambda database: send_again(database, settings, mail_id))
    if mail.state is MailState.SENT:
        click.echo(f"Mail {mail_id} is sent to {mail.recipient}.")
    elif mail.due_at and not mail.error:
        click.echo(f"Mail {mail_id} is being sent by the shop.")
    elif mail.due_at:
        click.echo(f"Mail {mail_id} could not be sent yet: {mail.error}\nThe shop tries again by itself.")
    else:
        raise click.ClickException(f"Mail {mail_id} is {mail.state}: {mail.error}")


async def send_again(database: Database, settings: Settings, mail_id: int) -> Mail:
    """Send a finished mail now, and return it as it is then; raises ClickException."""
    mail = await find_mail_or_exit(database, mail_id)
    if not await database.write(resend_mail, mail_id, datetime.now(UTC)):
        raise click.ClickException(f"Mail {mail_id} is {mail.state}: it is still being sent.")
    await send_due_mails(database, settings, mail.order_id)
    return await find_mail_or_exit(database, mail_id)


def keep(mail_id: int) -> None:
    """Keep a mail back."""
    run_with_database(settings_or_exit(), lambda database: keep_back(database, mail_id))
    click.echo(f"Mail {mail_id} is kept, and not sent.")


async def keep_back(database: Database, mail_id: int) -> None:
    """Keep a mail that is not sent yet; raises ClickException."""
    mail = await find_mail_or_exit(database, mail_id)
    if not await database.write(keep_mail, mail_id):
        raise click.ClickException(f"Mail {mail_id} is {mail.state}, so it cannot be kept back.")


def summary_to_json(mail: Mail, number: int | None) -> dict[str, Any]:
    """Return a mail of the list, without its text."""
    return {
        "id": mail.id,
        "state": mail.state,
        "kind": mail.kind,
        "order_id": mail.order_id,
        "order_number": number,
        "occurrence": mail.occurrence,
        "created_at": mail.created_at.isoformat(),
        "due_at": mail.due_at.isoformat() if mail.due_at else None,
        "sent_at": mail.sent_at.isoformat() if mail.sent_at else None,
        "tries": mail.tries,
        "error": mail.error,
    }


def mail_to_json(mail: Mail) -> dict[str, Any]:
    """Return a mail with its text."""
    summary = summary_to_json(mail, None)
    del summary["order_number"]
    text = {"message_id": mail.message_id, "to": mail.recipient, "subject": mail.subject}
    return {**summary, **text, "plain": mail.plain, "html": mail.html}
