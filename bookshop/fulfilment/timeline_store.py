"""Storing what was done with an order."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from bookshop.database import AnyRow
from bookshop.database.pad_values import pad_values
from bookshop.fulfilment.timeline import Action, Entry, OrderChanged
from bookshop.orders.store import group_by_order
from bookshop.schema import timeline

FIND_LAST = (
    select(timeline)
    .where(timeline.c.order_id == bindparam("order_id"))
    .order_by(timeline.c.version.desc())
    .limit(1)
)


def find_last_entry(db: Connection, order_id: str) -> Entry | None:
    """Return what was done last; None if nothing was."""
    row = db.execute(FIND_LAST, {"order_id": order_id}).first()
    return _to_entry(row) if row else None


def find_version(db: Connection, order_id: str) -> int:
    """Return the order's version, which every action names."""
    last = find_last_entry(db, order_id)
    return last.version if last else 0


LIST_VERSIONS = (
    select(timeline.c.order_id, func.max(timeline.c.version).label("version"))
    .where(timeline.c.order_id.in_(bindparam("order_ids", expanding=True)))
    .group_by(timeline.c.order_id)
)


def list_versions(db: Connection, order_ids: Iterable[str]) -> defaultdict[str, int]:
    """Return the versions of these orders by their ids; 0 for one with which nothing was done."""
    rows = db.execute(LIST_VERSIONS, {"order_ids": pad_values(sorted(order_ids))})
    return defaultdict(int, {row.order_id: row.version for row in rows})


def check_version(db: Connection, order_id: str, version: int) -> None:
    """Raise OrderChanged if the order, which is locked, has another version."""
    last = find_last_entry(db, order_id)
    if last and last.version != version:
        raise OrderChanged(last)


ADD_ENTRY = timeline.insert()


def add_entry(
    db: Connection,
    order_id: str,
    version: int,
    action: Action,
    actor: str,
    at: datetime,
    details: Mapping[str, Any],
) -> Entry:
    """Write what is done with an order of this version.

    The key of the next version refuses a second one.
    """
    entry = Entry(version + 1, action, actor, at, details)
    db.execute(
        ADD_ENTRY,
        {
            "order_id": order_id,
            "version": entry.version,
            "action": action,
            "actor": actor,
            "at": at,
            "details": json.dumps(details),
        },
    )
    return entry


COUNT_ENTRIES = (
    select(func.count())
    .select_from(timeline)
    .where(timeline.c.order_id == bindparam("order_id"), timeline.c.action == bindparam("action"))
)


def count_entries(db: Connection, order_id: str, action: Action) -> int:
    """Return how often this was done with an order, undone actions among them."""
    return int(db.execute(COUNT_ENTRIES, {"order_id": order_id, "action": action}).scalar_one())


LIST_ENTRIES = (
    select(timeline).where(timeline.c.order_id == bindparam("order_id")).order_by(timeline.c.version)
)


def list_entries(db: Connection, order_id: str) -> list[Entry]:
    """Return all that was done with an order, the first first."""
    return [_to_entry(row) for row in db.execute(LIST_ENTRIES, {"order_id": order_id})]


LIST_ENTRIES_OF_ORDERS = (
    select(timeline)
    .where(timeline.c.order_id.in_(bindparam("order_ids", expanding=True)))
    .order_by(timeline.c.version)
)


def list_entries_of(db: Connection, order_ids: Iterable[str]) -> dict[str, list[Entry]]:
    """Return all that was done with these orders, by their ids, the first first."""
    rows = db.execute(LIST_ENTRIES_OF_ORDERS, {"order_ids": pad_values(order_ids)})
    return {order_id: list(map(_to_entry, entries)) for order_id, entries in group_by_order(rows).items()}


def _to_entry(row: AnyRow) -> Entry:
    return Entry(row.version, Action(row.action), row.actor, row.at, json.loads(row.details))
