"""What a list of orders shows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from bookshop.office.work.list_actions import BulkAction, list_actions
from bookshop.office.work.list_store import count_filters, count_lists, find_newest, list_order_ids
from bookshop.office.work.order_list import (
    FILTER_TITLES,
    LISTS,
    MAX_CHOSEN,
    NUMBERED,
    TABS,
    WORK,
    Filter,
    ListKind,
    ListName,
    Question,
)
from bookshop.office.work.row_store import read_rows
from bookshop.office.work.row_view import Group, RowView, group_views, view_row


@dataclass(frozen=True, slots=True)
class ListLink:
    """A link to a list, or to a part of it, with its count; empty where none was counted."""

    title: str
    address: str
    count: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a list, with links to its parts and to the other lists.

    `newest` is the number of the newest order when it was read; 0 for a list that is not sorted by number.
    """

    question: Question
    views: list[RowView]
    has_more: bool
    counts: dict[Filter, int] = field(default_factory=dict)
    tabs: list[ListLink] = field(default_factory=list)
    newest: int = 0

    @property
    def kind(self) -> ListKind:
        return LISTS[self.question.name]

    @property
    def groups(self) -> list[Group]:
        """The rows, those to be packed by whether the whole order is here."""
        return group_views(self.views, is_grouped=self.question.name is ListName.TO_PACK)

    @property
    def chips(self) -> list[ListLink]:
        """The filters as links."""
        question = self.question
        return [
            ListLink(
                FILTER_TITLES[one],
                Question(question.name, one).address(),
                capped(self.counts[one]) if one in self.counts else "",
                one is question.filter,
            )
            for one in self.kind.filters
        ]

    @property
    def actions(self) -> tuple[BulkAction, ...]:
        """What can be done with several of these orders."""
        return list_actions(self.question.name)

    @property
    def count(self) -> int:
        """How many orders match; those of this page where none were counted."""
        return self.counts.get(self.question.filter, len(self.views))

    @property
    def nothing(self) -> str:
        """What is written if there are no orders."""
        return self.kind.nothing if self.question.filter is Filter.ALL else "None of these orders."

    @property
    def is_long(self) -> bool:
        """Whether there are more orders than can be chosen at once, or than were counted."""
        return self.count > MAX_CHOSEN or (self.has_more and self.question.filter not in self.counts)

    @property
    def older(self) -> str:
        """The address of the next page; empty on the last."""
        return self.question.address(after=self.views[-1].row.id) if self.has_more else ""


def load_list(db: Connection, question: Question, now: datetime) -> Listing:
    """Read a page of a list, and how much there is to do on the others."""
    counts = count_lists(db, WORK, now)
    return load_page(db, question, now, counts, view_tabs(question.name, counts))


def load_page(
    db: Connection,
    question: Question,
    now: datetime,
    counts: Mapping[ListName, int],
    tabs: Iterable[ListLink] = (),
) -> Listing:
    """Read a page of a list; the lists of work were counted."""
    found = list_order_ids(db, question, now)
    rows = read_rows(db, found.order_ids)
    return Listing(
        question,
        [
            view_row(
                row, now, is_oldest=question.name is ListName.TO_PACK and not question.after and not place
            )
            for place, row in enumerate(rows)
        ],
        found.has_more,
        count_filters(db, question.name, LISTS[question.name].filters, now, counts[question.name])
        if question.name in counts
        else {},
        list(tabs),
        find_newest(db) if question.name in NUMBERED else 0,
    )


def view_tabs(current: ListName, counts: Mapping[ListName, int]) -> list[ListLink]:
    """Return links to every list; those of work have counts."""
    return [
        ListLink(
            LISTS[name].title,
            f"/office/orders?list={name}",
            capped(counts[name]) if name in counts else "",
            name is current,
        )
        for name in TABS
    ]


def capped(count: int) -> str:
    """Return a count as it is shown: "200+" for more than are counted."""
    return f"{MAX_CHOSEN}+" if count > MAX_CHOSEN else str(count)
