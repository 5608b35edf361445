"""`bookshop pack`, `ship`, `ready`, `collected`, `delay`, `note`, `undo` and `answered`."""

from datetime import datetime

from sqlalchemy import Connection

from bookshop.commands.copies_option import parse_lines
from bookshop.commands.day_option import start_of_day
from bookshop.commands.order_action import act_on_order
from bookshop.fulfilment.add_note import add_note
from bookshop.fulfilment.collect import collect
from bookshop.fulfilment.delay import delay
from bookshop.fulfilment.make_ready import make_ready
from bookshop.fulfilment.pack import pack
from bookshop.fulfilment.rules import NotAllowed
from bookshop.fulfilment.ship import ship
from bookshop.fulfilment.timeline import Entry
from bookshop.fulfilment.undo import undo
from bookshop.settings import settings_or_exit
from bookshop.shopper_requests.close_request import close_request
from bookshop.shopper_requests.store import list_requests

MOVES = {"packed": pack, "made ready to collect": make_ready, "handed to the shopper": collect}


def move_copies(name: str, lines: tuple[str, ...], said: str, version: int | None, *, as_json: bool) -> None:
    """Move copies of an order as `said` states."""
    chosen = parse_lines(lines)

    def action(db: Connection, order_id: str, seen: int, actor: str, now: datetime) -> Entry:
        return MOVES[said](db, order_id, seen, chosen, actor=actor, now=now)

    act_on_order(name, version, action, said, as_json=as_json)


def send_parcel(
    name: str,
    lines: tuple[str, ...],
    carrier: str,
    tracking: str,
    version: int | None,
    *,
    is_mailed: bool,
    as_json: bool,
) -> None:
    """Record that a parcel has left."""
    chosen = parse_lines(lines)

    def action(db: Connection, order_id: str, seen: int, actor: str, now: datetime) -> Entry:
        return ship(
            db,
            order_id,
            seen,
            chosen,
            carrier=carrier,
            tracking=tracking,
            is_mailed=is_mailed,
            actor=actor,
            now=now,
        )

    act_on_order(name, version, action, "shipped", as_json=as_json)


def promise_later(
    name: str, lines: tuple[str, ...], until: datetime, message: str, version: int | None, *, as_json: bool
) -> None:
    """Promise copies for a later day."""
    day = start_of_day(until, settings_or_exit().shop_timezone, "--until")
    isbns = tuple(parse_lines(lines) or ())

    def action(db: Connection, order_id: str, seen: int, actor: str, now: datetime) -> Entry:
        return delay(db, order_id, seen, day, isbns=isbns, message=message, actor=actor, now=now)

    act_on_order(name, version, action, f"promised for {until:%Y-%m-%d}", as_json=as_json)


def write_note(name: str, text: str, version: int | None, *, as_json: bool) -> None:
    """Write a note on an order."""

    def action(db: Connection, order_id: str, seen: int, actor: str, now: datetime) -> Entry:
        return add_note(db, order_id, seen, text, actor=actor, now=now)

    act_on_order(name, version, action, "noted", as_json=as_json)


def undo_last(name: str, version: int | None, *, despite_mail: bool, as_json: bool) -> None:
    """Undo the last action on an order."""

    def action(db: Connection, order_id: str, seen: int, actor: str, now: datetime) -> Entry:
        return undo(db, order_id, seen, despite_mail=despite_mail, actor=actor, now=now)

    act_on_order(name, version, action, "the last action is undone", as_json=as_json)


def close_requests(name: str, version: int | None, *, as_json: bool) -> None:
    """Close the oldest open request of an order's shopper."""
    act_on_order(name, version, close_oldest, "the request is closed", as_json=as_json)


def close_oldest(db: Connection, order_id: str, version: int, actor: str, now: datetime) -> Entry:
    """Close the oldest open request; raises NotAllowed, OrderChanged."""
    waiting = [request for request in list_requests(db, order_id) if request.closed_at is None]
    if not waiting:
        raise NotAllowed("The shopper has asked for nothing that is still open.")
    return close_request(db, order_id, version, waiting[0].id, actor=actor, now=now)
