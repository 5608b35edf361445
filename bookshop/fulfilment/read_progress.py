"""Read what the receipt of a paid order shows."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from bookshop.fulfilment.copies import CopyState, LineCopies
from bookshop.fulfilment.find_fulfilment import find_fulfilment
from bookshop.fulfilment.fulfilment import Fulfilment
from bookshop.fulfilment.timeline import Action, Entry
from bookshop.orders.order import Order
from bookshop.orders.progress import LineProgress, Message, ParcelProgress, Progress

ASKING = (Action.ASK, Action.WITHDRAW)


def read_progress(db: Connection, order: Order) -> Progress:
    """Return what happened to the copies of a paid order."""
    return to_progress(find_fulfilment(db, order.id))


def to_progress(fulfilment: Fulfilment) -> Progress:
    """Return what a shopper may know of it: no note, and no name of a member of staff."""
    entries = fulfilment.entries
    cancelled = _last(entries, Action.CANCEL)
    asked = [entry for entry in entries if entry.action in ASKING]
    return Progress(
        lines=tuple(
            LineProgress(
                **{state.value: line.count(state) for state in CopyState}, expected_at=line.expected_at
            )
            for line in fulfilment.copies
        ),
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
        asked_at=_time_of(_open_request(entries)),
    )


def _line_progress(line: LineCopies) -> LineProgress:
    counts = {state.value: line.count(state) for state in CopyState}
    return LineProgress(**counts, expected_at=line.expected_at)


def _last(entries: Iterable[Entry], action: Action) -> Entry | None:
    return max((e for e in entries if e.action is action), key=lambda entry: entry.version, default=None)


def _time_of(entry: Entry | None) -> datetime | None:
    return entry.at if entry else None


def _message(entry: Entry | None) -> Message | None:
    return Message(entry.at, str(entry.details.get("message", ""))) if entry else None


def _open_request(entries: Iterable[Entry]) -> Entry | None:
    """Return the last change that the shopper asked for, unless it was closed."""
    asked: dict[object, Entry] = {}
    for entry in entries:
        if entry.action is Action.ASK:
            asked[entry.details.get("request")] = entry
        elif entry.action is Action.CLOSE_REQUEST:
            asked.pop(entry.details.get("request"), None)
    return max(asked.values(), key=lambda entry: entry.version, default=None)
