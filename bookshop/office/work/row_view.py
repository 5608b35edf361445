"""How an order looks as a row of a list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bookshop.fulfilment.copies import CopyState
from bookshop.office.spines import spines
from bookshop.office.work.due import WAITING_STATES, Due, find_due, is_whole
from bookshop.office.work.row import Row, describe_state
from bookshop.orders.order_state import DisputeStage, dispute_stage

MAX_COVERS = 3
DISPUTES = {DisputeStage.OPEN: "Dispute", DisputeStage.LOST: "Dispute lost"}


@dataclass(frozen=True, slots=True)
class RowView:
    """A row with what is shown of it; `standing` are the books whose covers stand on its line.

    `oldest_days` is how long it has waited, if it is the oldest of its list and not of today.
    """

    row: Row
    state: tuple[str, str]
    due: Due | None
    spines: list[str]
    standing: list[str]
    has_gap: bool
    can_leave: bool
    dispute: str
    oldest_days: int = 0

    @property
    def others(self) -> int:
        """How many books there are beside the first."""
        return len(self.row.books) - 1


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading, which may be empty."""

    title: str
    views: list[RowView]

    @property
    def count(self) -> int:
        """How many copies these orders have."""
        return sum(view.row.count for view in self.views)


def view_row(row: Row, now: datetime, *, is_oldest: bool = False) -> RowView:
    """Return how a row looks."""
    absent = {line.isbn for line in row.copies if line.count(CopyState.TO_ORDER)}
    standing = [book.isbn for book in row.books if book.isbn not in absent]
    return RowView(
        row,
        describe_state(row),
        find_due(row, now),
        spines(row.copies),
        standing[:MAX_COVERS],
        bool(absent),
        bool(row.count_in(*WAITING_STATES)),
        DISPUTES.get(dispute_stage(row.dispute), ""),
        (now - row.paid_at).days if is_oldest and row.paid_at else 0,
    )


def group_views(views: Iterable[RowView], *, is_grouped: bool) -> list[Group]:
    """Return rows in groups: orders of which every copy is here first."""
    views = list(views)
    here = [view for view in views if is_whole(view.row.copies)]
    if not is_grouped or len(here) in (0, len(views)):
        return [Group("", views)]
    rest = [view for view in views if not is_whole(view.row.copies)]
    return [Group("The whole order is here", here), Group("Some copies are still to come", rest)]
