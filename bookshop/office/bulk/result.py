"""What became of each chosen order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import Connection

from bookshop.fulfilment.rules import MAKING_READY, PACKING, NotAllowed, Standing, plan_moves
from bookshop.fulfilment.timeline import Action, Entry
from bookshop.fulfilment.undo import find_undoable
from bookshop.office.bulk.chosen import Chosen
from bookshop.office.bulk.store import ChosenOrder, list_chosen_orders
from bookshop.orders.order import Order

HANDLINGS = {Action.PACK: PACKING, Action.READY: MAKING_READY}


class ResultKind(StrEnum):
    """It was done, another person was faster, or the order does not allow it."""

    DONE = "done"
    CHANGED = "changed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ChosenResult:
    """What became of an order: the entry that did it or came first, or why it was not done."""

    chosen: Chosen
    kind: ResultKind
    order: Order
    entry: Entry | None = None
    reason: str = ""


def list_results(db: Connection, action: Action, chosen: Sequence[Chosen]) -> list[ChosenResult]:
    """Return what became of each order, found by the versions of `act_on_chosen`."""
    now = datetime.now(UTC)
    return [find_result(action, found, now) for found in list_chosen_orders(db, chosen)]


def find_result(action: Action, found: ChosenOrder, now: datetime) -> ChosenResult:
    """Return what became of an order."""
    one, entries, order = found.chosen, found.entries, found.standing.order
    done = next((e for e in entries if e.version == one.version and e.action is action), None)
    if done:
        return ChosenResult(one, ResultKind.DONE, order, done)
    if entries and entries[-1].version > one.version:
        return ChosenResult(one, ResultKind.CHANGED, order, entries[-1])
    reason = find_reason(action, found.standing, entries, now)
    return ChosenResult(one, ResultKind.REFUSED, order, reason=reason)


def find_reason(action: Action, standing: Standing, entries: Iterable[Entry], now: datetime) -> str:
    """Return why it cannot be done with an order; empty if it can be by now."""
    try:
        if action is Action.UNDO:
            find_undoable(entries, now)
        else:
            plan_moves(standing, HANDLINGS[action], None, now)
    except NotAllowed as problem:
        return str(problem)
    return ""
