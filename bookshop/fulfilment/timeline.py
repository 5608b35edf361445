"""What staff and the shopper did with an order, each entry with the order's version."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Action(StrEnum):
    """What was done."""

    PACK = "pack"
    SHIP = "ship"
    READY = "ready"
    COLLECT = "collect"
    CANCEL = "cancel"
    REFUND = "refund"
    ARRIVE = "arrive"
    DELAY = "delay"
    ADDRESS = "address"
    NOTE = "note"
    RESEND = "resend"
    UNDO = "undo"
    ASK = "ask"
    WITHDRAW = "withdraw"
    CLOSE_REQUEST = "close_request"


# what the shopper does
ASKING = (Action.ASK, Action.WITHDRAW)


@dataclass(frozen=True, slots=True)
class Entry:
    """An action, who did it and when; `details` is what it changed."""

    version: int
    action: Action
    actor: str
    at: datetime
    details: Mapping[str, Any] = field(default_factory=dict)


def without_undone(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the entries that are not undone."""
    entries = tuple(entries)
    undone = {entry.details["undone"] for entry in entries if entry.action is Action.UNDO}
    return tuple(entry for entry in entries if entry.version not in undone)


class OrderChanged(Exception):
    """The order is no longer as the caller saw it; `last` is what was done meanwhile."""

    def __init__(self, last: Entry) -> None:
        super().__init__(f"{last.action} by {last.actor}")
        self.last = last
