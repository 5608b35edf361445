"""Ship several orders, each as a parcel with its own tracking number."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime

from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.fulfilment.rules import NotAllowed
from bookshop.fulfilment.ship import ship
from bookshop.fulfilment.timeline import Action, Entry, OrderChanged
from bookshop.office.bulk.chosen import Chosen
from bookshop.office.bulk.ship_form import Rows, Typed
from bookshop.office.bulk.store import find_chosen_id


async def ship_chosen(
    database: Database, chosen: Iterable[Chosen], rows: Rows, *, actor: str
) -> list[Chosen]:
    """Ship the orders whose rows are filled in, and return all with their versions.

    One that was changed meanwhile, or that cannot be shipped, keeps the version that was seen.
    """
    return [
        await ship_one(database, one, rows[one.number], actor=actor) if rows[one.number].is_filled_in else one
        for one in chosen
    ]


async def ship_one(database: Database, one: Chosen, row: Typed, *, actor: str) -> Chosen:
    """Ship one order; a row that is sent twice finds the parcel of the first time."""
    with suppress(NotAllowed, LookupError):
        try:
            entry = await database.write(send_parcel, one, row, actor=actor)
        except OrderChanged as changed:
            entry = changed.last
            if not is_same_parcel(entry, one, row, actor):
                return one
        return one._replace(version=entry.version)
    return one


def send_parcel(db: Connection, one: Chosen, row: Typed, *, actor: str) -> Entry:
    """Ship one order in one transaction; raises NotAllowed, OrderChanged, LookupError."""
    order_id = find_chosen_id(db, one)
    now = datetime.now(UTC)
    return ship(db, order_id, one.version, carrier=row.carrier, tracking=row.tracking, actor=actor, now=now)


def is_same_parcel(entry: Entry, one: Chosen, row: Typed, actor: str) -> bool:
    """Return whether an entry is what this row did when it was sent before."""
    sent = (entry.version, entry.action, entry.actor, entry.details.get("tracking"))
    return sent == (one.version + 1, Action.SHIP, actor, row.tracking)
