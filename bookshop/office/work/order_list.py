"""The lists of orders: those with which something is to be done, and all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

Kind = TypeVar("Kind", bound=StrEnum)
# a page of a list, and the most orders on which one action is taken at once
PAGE_ORDERS = 25
MAX_CHOSEN = 200


class ListName(StrEnum):
    """The name of a list in addresses."""

    TO_PACK = "to-pack"
    TO_ORDER = "to-order"
    WAITING = "waiting"
    TO_SHIP = "to-ship"
    TO_MAKE_READY = "to-make-ready"
    READY = "ready"
    REVIEW = "review"
    ALL = "all"
    UNPAID = "unpaid"
    CANCELLED = "cancelled"


class Filter(StrEnum):
    """A part of a list: orders to deliver or to collect, and those of which every copy is here."""

    ALL = "all"
    DELIVER = "deliver"
    COLLECT = "collect"
    WHOLE = "whole"


DELIVERIES = (Filter.ALL, Filter.DELIVER, Filter.COLLECT)


@dataclass(frozen=True, slots=True)
class ListKind:
    """What a list is called, what is written if it is empty, and its filters."""

    title: str
    nothing: str
    filters: tuple[Filter, ...] = ()


LISTS: Mapping[ListName, ListKind] = {
    ListName.TO_PACK: ListKind("To pack", "Nothing to pack.", (*DELIVERIES, Filter.WHOLE)),
    ListName.TO_ORDER: ListKind("Waiting for copies", "Every paid copy is on our shelves.", DELIVERIES),
    ListName.WAITING: ListKind("Waiting for a date", "No order waits for a day of sale.", DELIVERIES),
    ListName.TO_SHIP: ListKind("To ship", "No packed order waits for its parcel."),
    ListName.TO_MAKE_READY: ListKind("To make ready", "No packed order waits to be made ready."),
    ListName.READY: ListKind("Ready to collect", "No order waits to be collected."),
    ListName.REVIEW: ListKind("Needs review", "Nothing needs review."),
    ListName.ALL: ListKind("All paid", "No order has been paid yet."),
    ListName.UNPAID: ListKind("Not paid yet", "No order waits to be paid."),
    ListName.CANCELLED: ListKind("Cancelled without payment", "No order was cancelled."),
}
# those with which something is to be done
WORK = (
    ListName.TO_PACK,
    ListName.TO_ORDER,
    ListName.WAITING,
    ListName.TO_SHIP,
    ListName.TO_MAKE_READY,
    ListName.READY,
    ListName.REVIEW,
)
NUMBERED = (*(name for name in WORK if name is not ListName.REVIEW), ListName.ALL)
TABS = (ListName.ALL, *WORK, ListName.UNPAID, ListName.CANCELLED)
FILTER_TITLES = {
    Filter.ALL: "All",
    Filter.DELIVER: "Deliver",
    Filter.COLLECT: "Collect",
    Filter.WHOLE: "Whole order is here",
}


@dataclass(frozen=True, slots=True)
class Question:
    """Which orders are asked for: a list, a filter of it, and after which order its page begins."""

    name: ListName
    filter: Filter = Filter.ALL
    after: str = ""
    is_chosen: bool = False

    def address(self, **changed: str) -> str:
        """Return the address of this page, or of a changed one."""
        values = {"list": self.name.value, "filter": self.filter.value, **changed}
        return f"/office/orders?{urlencode({name: value for name, value in values.items() if value})}"

    @property
    def limit(self) -> int:
        """How many orders are shown at once."""
        return MAX_CHOSEN if self.is_chosen else PAGE_ORDERS


def read_question(arguments: Mapping[str, str], remembered: Mapping[str, str]) -> Question:
    """Return what an address asks for; without a filter, the last one of this list."""
    name = _member(ListName, arguments.get("list", ""), ListName.ALL)
    chosen = _member(Filter, arguments.get("filter", remembered.get(name, "")), Filter.ALL)
    if chosen not in LISTS[name].filters:
        chosen = Filter.ALL
    return Question(name, chosen, arguments.get("after", ""), arguments.get("chosen") == "all")


def _member(kind: type[Kind], value: str, default: Kind) -> Kind:
    try:
        return kind(value)
    except ValueError:
        return default
