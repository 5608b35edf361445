"""Reading chosen orders."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select

from bookshop.database.pad_values import pad_values
from bookshop.fulfilment.rules import Standing
from bookshop.fulfilment.standing_store import list_standings
from bookshop.fulfilment.timeline import Entry
from bookshop.fulfilment.timeline_store import list_entries_of
from bookshop.mail.mail import MailKind, MailState
from bookshop.office.bulk.chosen import Chosen
from bookshop.orders.store import find_order_id, list_orders_by_number
from bookshop.schema import mails


def find_chosen_id(db: Connection, chosen: Chosen) -> str:
    """Return the id of the order; raises LookupError."""
    order_id = find_order_id(db, chosen.number)
    if order_id is None:
        raise LookupError(chosen.number)
    return order_id


class ChosenOrder(NamedTuple):
    """A chosen order, how it stands, and all that was done with it."""

    chosen: Chosen
    standing: Standing
    entries: list[Entry]


def list_chosen_orders(db: Connection, chosen: Sequence[Chosen]) -> list[ChosenOrder]:
    """Return those of these orders that exist."""
    found = list_orders_by_number(db, [one.number for one in chosen])
    entries = list_entries_of(db, [order.id for order in found])
    standings = {standing.order.number: standing for standing in list_standings(db, found, entries)}
    return [
        ChosenOrder(one, standing, entries.get(standing.order.id, []))
        for one in chosen
        if (standing := standings.get(one.number))
    ]


LIST_MAIL_STATES = select(mails.c.order_id, mails.c.occurrence, mails.c.state).where(
    mails.c.kind == MailKind.SHIPPED, mails.c.order_id.in_(bindparam("order_ids", expanding=True))
)


def list_mail_states(db: Connection, order_ids: Iterable[str]) -> dict[tuple[str, int], MailState]:
    """Return the state of the mail about each parcel of these orders."""
    rows = db.execute(LIST_MAIL_STATES, {"order_ids": pad_values(order_ids)})
    return {(row.order_id, int(row.occurrence)): MailState(row.state) for row in rows}
