"""What the commands share that do something with a paid order."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import click
from sqlalchemy import Connection

from bookshop.commands.actor import find_actor
from bookshop.commands.find_order import find_order_or_exit
from bookshop.commands.order_json import copies_to_json
from bookshop.commands.output import echo_json
from bookshop.commands.runner import run_with_database
from bookshop.database import Database
from bookshop.fulfilment.copies import LineCopies
from bookshop.fulfilment.copy_store import list_copies
from bookshop.fulfilment.label import find_label
from bookshop.fulfilment.rules import NotAllowed
from bookshop.fulfilment.timeline import Entry, OrderChanged
from bookshop.fulfilment.timeline_store import find_version
from bookshop.fulfilment.timeline_text import describe_rival
from bookshop.mail.mail import TO_SHOP, Mail, MailState
from bookshop.mail.mail_list import list_mails
from bookshop.mail.send_mails import send_due_mails
from bookshop.orders.order import Order
from bookshop.settings import Settings, settings_or_exit

# an action, given the connection, the order's id, the version, the actor and the time
OrderAction = Callable[[Connection, str, int, str, datetime], Entry]
MAIL_SENTENCES = {
    MailState.SENT: "A mail was sent to the shopper.",
    MailState.KEPT: "The mail to the shopper is kept: `bookshop mail {id}` shows it.",
    MailState.FAILED: "The mail to the shopper could not be sent: `bookshop mail {id}` shows why.",
    MailState.UNCERTAIN: "The mail may not have reached the shopper: `bookshop mail {id}` shows it.",
}
WAITING_SENTENCE = "The mail to the shopper waits: the shop will send it."


class Done(NamedTuple):
    """An order after an action, the action's entry, and the mails to the shopper that it caused."""

    order: Order
    entry: Entry
    copies: tuple[LineCopies, ...]
    mails: list[Mail]


def act_on_order(name: str, version: int | None, action: OrderAction, said: str, *, as_json: bool) -> None:
    """Do something with the named order of this version, and print it.

    Raises ClickException.
    """
    settings = settings_or_exit()

    async def run(database: Database) -> Done:
        order = await find_order_or_exit(database, name)
        seen = await database.read(find_version, order.id) if version is None else version
        now = datetime.now(UTC)
        with refusals_as_errors(settings):
            entry = await database.write(action, order.id, seen, find_actor(), now)
        return await finish_action(database, settings, order, entry, now)

    echo_done(run_with_database(settings, run), said, as_json=as_json)


@contextmanager
def refusals_as_errors(settings: Settings) -> Iterator[None]:
    """Raise ClickException when the shop refuses an action, or when others were faster."""
    try:
        yield
    except NotAllowed as problem:
        raise click.ClickException(str(problem)) from None
    except OrderChanged as changed:
        rival = describe_rival(changed.last, ZoneInfo(settings.shop_timezone))
        raise click.ClickException(f"{rival}. Look at the order again.") from None


async def finish_action(
    database: Database, settings: Settings, order: Order, entry: Entry, since: datetime
) -> Done:
    """Send the mails that an action has caused, and return how the order is now."""
    # the action is done, whatever becomes of its mail; the shop sends what is left
    with suppress(Exception):
        logging.disable(logging.ERROR)
        await send_due_mails(database, settings, order.id)
    copies = await database.read(list_copies, order.id)
    mails = [mail for mail, _ in await database.read(list_mails, order_id=order.id)]
    caused = [mail for mail in mails if mail.created_at >= since and mail.kind not in TO_SHOP]
    return Done(order, entry, copies, caused)


def echo_done(done: Done, said: str, *, as_json: bool) -> None:
    if as_json:
        echo_json(done_to_json(done))
        return
    label = find_label(done.copies, done.order.delivery)
    click.echo(f"Order {done.order.number or done.order.id}: {said}. It is now: {label or 'cancelled'}.")
    for mail in done.mails:
        click.echo(MAIL_SENTENCES.get(mail.state, WAITING_SENTENCE).format(id=mail.id))


def done_to_json(done: Done) -> dict[str, Any]:
    """Return what was done, and how the order is now."""
    label = find_label(done.copies, done.order.delivery)
    return {
        "order_id": done.order.id,
        "number": done.order.number,
        "version": done.entry.version,
        "action": done.entry.action,
        "actor": done.entry.actor,
        "at": done.entry.at.isoformat(),
        "details": dict(done.entry.details),
        "label": str(label) if label else "",
        "copies": [copies_to_json(line) for line in done.copies],
        "mails": [{"id": mail.id, "kind": mail.kind, "state": mail.state} for mail in done.mails],
    }
