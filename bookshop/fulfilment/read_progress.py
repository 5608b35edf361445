"""Read what the receipt of a paid order shows."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bookshop.fulfilment.copies import CopyState, LineCopies, count_copies
from bookshop.fulfilment.copy_store import list_copies
from bookshop.fulfilment.fulfilment import Fulfilment
from bookshop.fulfilment.parcel_store import list_parcels
from bookshop.fulfilment.timeline import ASKING, Action, Entry, without_undone
from bookshop.fulfilment.timeline_store import list_entries
from bookshop.orders.order import Order
from bookshop.orders.progress import LineProgress, ParcelProgress, Progress, ShopMessage


def read_progress(db: Connection, order: Order) -> Progress:
    """Return what happened to the copies of a paid order."""
    copies = list_copies(db, order.id)
    has_parcels = bool(order.address) and count_copies(copies, CopyState.SHIPPED, CopyState.RETURNED)
    parcels = list_parcels(db, order.id) if has_parcels else ()
    return to_progress(Fulfilment(copies, parcels, tuple(list_entries(db, order.id))))


def to_progress(fulfilment: Fulfilment) -> Progress:
    """Return what a shopper may know of it: no note, and no name of a member of staff."""
    entries = without_undone(fulfilment.entries)
    cancelled = _last(entries, Action.CANCEL)
    asked = [entry for entry in entries if entry.action in ASKING]
    return Progress(
        lines=tuple(map(_line_progress, fulfilment.copies)),
        parcels=tuple(
            ParcelProgress(each.number, each.carrier, each.tracking, each.shipped_at, each.copies)
            for each in fulfilment.parcels
        ),
        packed_at=_time_of(_last(entries, Action.PACK)),
        ready_at=_time_of(_last(entries, Action.READY)),
        collected_at=_time_of(_last(entries, Action.COLLECT)),
        cancelled=_message(cancelled),
        is_as_asked=bool(cancelled and asked and asked[0].version < cancelled.version),
        delayed=_message(_last(entries, Action.DELAY)),
        asked_at=_time_of(_open_request(entries, Action.ASK)),
        withdrawn_at=_time_of(_open_request(entries, Action.WITHDRAW)),
    )


def _line_progress(line: LineCopies) -> LineProgress:
    counts: dict[str, Any] = {state.value: line.count(state) for state in CopyState}
    return LineProgress(**counts, expected_at=line.expected_at)


def _last(entries: Iterable[Entry], action: Action) -> Entry | None:
    return max((e for e in entries if e.action is action), key=lambda entry: entry.version, default=None)


def _time_of(entry: Entry | None) -> datetime | None:
    return entry.at if entry else None


def _message(entry: Entry | None) -> ShopMessage | None:
    return ShopMessage(entry.at, str(entry.details.get("message", ""))) if entry else None


def _open_request(entries: Iterable[Entry], kind: Action) -> Entry | None:
    """Return the last request of this kind, unless it was closed."""
    asked: dict[object, Entry] = {}
    for entry in entries:
        if entry.action is kind:
            asked[entry.details.get("request")] = entry
        elif entry.action is Action.CLOSE_REQUEST:
            asked.pop(entry.details.get("request"), None)
    return max(asked.values(), key=lambda entry: entry.version, default=None)
