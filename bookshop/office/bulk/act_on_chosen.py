"""Do the same with several orders, each in a transaction of its own."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime

from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.fulfilment.make_ready import make_ready
from bookshop.fulfilment.pack import pack
from bookshop.fulfilment.rules import NotAllowed
from bookshop.fulfilment.timeline import Action, Entry, OrderChanged
from bookshop.fulfilment.undo import undo
from bookshop.office.bulk.chosen import Chosen
from bookshop.office.bulk.store import find_chosen_id

ACTIONS: dict[Action, Callable[..., Entry]] = {
    Action.PACK: pack,
    Action.READY: make_ready,
    Action.UNDO: undo,
}


async def act_on_chosen(
    database: Database, action: Action, chosen: Iterable[Chosen], *, actor: str
) -> list[Chosen]:
    """Do it with each order, and return each with the version that tells its result.

    An order that was changed meanwhile, or that does not allow it, keeps the version that was seen.
    """
    return [await act_on_one(database, action, one, actor=actor) for one in chosen]


async def act_on_one(database: Database, action: Action, one: Chosen, *, actor: str) -> Chosen:
    """Do it with one order; a form that is sent twice finds what it did the first time."""
    with suppress(NotAllowed, LookupError):
        try:
            entry = await database.write(act, action, one, actor=actor, now=datetime.now(UTC))
        except OrderChanged as changed:
            entry = changed.last
            if (entry.version, entry.action, entry.actor) != (one.version + 1, action, actor):
                return one
        return one._replace(version=entry.version)
    return one


def act(db: Connection, action: Action, one: Chosen, *, actor: str, now: datetime) -> Entry:
    """Do it in one transaction; raises NotAllowed, OrderChanged, LookupError."""
    return ACTIONS[action](db, find_chosen_id(db, one), one.version, actor=actor, now=now)
