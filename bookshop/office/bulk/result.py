"""What became of each chosen order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import Connection

from bookshop.fulfilment.actions import find_standing
from bookshop.fulfilment.rules import MAKING_READY, PACKING, NotAllowed, Standing, plan_moves
from bookshop.fulfilment.timeline import Action, Entry
from bookshop.fulfilment.timeline_store import list_entries
from bookshop.fulfilment.undo import find_undoable
from bookshop.office.bulk.chosen import Chosen
from bookshop.office.bulk.store import find_order_id
from bookshop.orders.order import Order
from bookshop.orders.store import find_order_by_id

HANDLINGS = {Action.PACK: PACKING, Action.READY: MAKING_READY}


class ResultKind(StrEnum):
    """It was done, another person was faster, or the order does not allow it."""

    DONE = "done"
    CHANGED = "changed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of an order: the entry that did it or came first, or why it was not done."""

    chosen: Chosen
    kind: ResultKind
    order: Order
    entry: Entry | None = None
    reason: str = ""


def list_results(db: Connection, action: Action, chosen: Iterable[Chosen]) -> list[Result]:
    """Return what became of each order, found by the versions of `act_on_chosen`."""
    found = ((one, find_chosen(db, one)) for one in chosen)
    return [find_result(db, action, one, order) for one, order in found if order]


def find_chosen(db: Connection, one: Chosen) -> Order | None:
    """Return the order with this number."""
    try:
        return find_order_by_id(db, find_order_id(db, one.number))
    except LookupError:
        return None


def find_result(db: Connection, action: Action, one: Chosen, order: Order) -> Result:
    """Return what became of an order."""
    entries = list_entries(db, order.id)
    done = next((e for e in entries if e.version == one.version and e.action is action), None)
    if done:
        return Result(one, ResultKind.DONE, order, done)
    if entries and entries[-1].version > one.version:
        return Result(one, ResultKind.CHANGED, order, entries[-1])
    reason = find_reason(action, find_standing(db, order), entries)
    return Result(one, ResultKind.REFUSED, order, reason=reason)


def find_reason(action: Action, standing: Standing, entries: Iterable[Entry]) -> str:
    """Return why it cannot be done with an order; empty if it can be by now."""
    now = datetime.now(UTC)
    try:
        if action is Action.UNDO:
            find_undoable(entries, now)
        else:
            plan_moves(standing, HANDLINGS[action], None, now)
    except NotAllowed as problem:
        return str(problem)
    return ""
