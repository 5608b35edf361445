"""What may be done with an order now, so that no button is shown that would fail."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bookshop.fulfilment.correct_address import check_correction
from bookshop.fulfilment.moves import ImpossibleMove, apply_moves, moved_copies, moves_of
from bookshop.fulfilment.rules import (
    COLLECTING,
    MAKING_READY,
    PACKING,
    SHIPPING,
    Handling,
    NotAllowed,
    Standing,
    plan_moves,
    waits,
)
from bookshop.fulfilment.timeline import Action, Entry
from bookshop.fulfilment.undo import find_undoable
from bookshop.mail.mail import Mail, MailKind
from bookshop.office.order.order_view import OrderView
from bookshop.orders.order import Order
from bookshop.orders.refund import sum_refunds
from bookshop.payments.cancel_rules import plan_cancellation
from bookshop.payments.refund_entries import kept_copies
from bookshop.payments.refund_rules import refundable_amount

HANDLINGS = {"pack": PACKING, "ship": SHIPPING, "ready": MAKING_READY, "collected": COLLECTING}


@dataclass(frozen=True, slots=True)
class Choices:
    """What may be done with an order.

    `copies` is what each possible action takes, by ISBN. `undo` is the entry that can be undone; `is_told` if
    the shopper has had a mail about it.
    """

    copies: Mapping[str, Mapping[str, int]]
    undo: Entry | None
    is_told: bool
    may_cancel: bool
    may_refund: bool
    may_correct_address: bool

    @property
    def next(self) -> str:
        """The next action with copies; empty if there is none."""
        return next(iter(self.copies), "")


def find_choices(view: OrderView, now: datetime) -> Choices:
    """Return what may be done with an order."""
    standing = standing_of(view)
    copies = {name: plan(standing, handling, now) for name, handling in HANDLINGS.items()}
    last = find_undo(view, now)
    return Choices(
        copies={name: taken for name, taken in copies.items() if taken},
        undo=last,
        is_told=last is not None and is_told(view.mails, last),
        may_cancel=may_cancel(view, standing),
        may_refund=view.order.charge is not None and refundable_amount(standing).minor > 0,
        may_correct_address=may_correct_address(standing),
    )


def standing_of(view: OrderView) -> Standing:
    """Return how an order stands."""
    order, found = view.order, view.fulfilment
    return Standing(order, found.version, found.copies, sum_refunds(view.refunds, order.total.currency))


def plan(standing: Standing, handling: Handling, now: datetime) -> dict[str, int]:
    """Return the copies that an action would take, by ISBN."""
    try:
        return moved_copies(plan_moves(standing, handling, None, now))
    except NotAllowed:
        return {}


def movable_copies(standing: Standing, handling: Handling, now: datetime) -> dict[str, int]:
    """Return how many copies may be chosen for an action, by ISBN."""
    return {
        line.isbn: count
        for line in standing.copies
        if (count := line.count(*handling.starts)) and not waits(standing.order, handling, line.isbn, now)
    }


def find_undo(view: OrderView, now: datetime) -> Entry | None:
    """Return the entry that can be undone."""
    try:
        last = find_undoable(view.fulfilment.entries, now)
        apply_moves(view.fulfilment.copies, (move.reversed for move in moves_of(last.details)))
    except (NotAllowed, ImpossibleMove):
        return None
    return last


def is_told(mails: list[Mail], entry: Entry) -> bool:
    """Return whether a mail about an action may have left."""
    about = {
        Action.SHIP: (MailKind.SHIPPED, str(entry.details.get("parcel", ""))),
        Action.READY: (MailKind.READY, str(entry.version)),
    }.get(entry.action)
    return any((mail.kind, mail.occurrence) == about and mail.may_have_left for mail in mails)


def may_cancel(view: OrderView, standing: Standing) -> bool:
    """Return whether the order, or some of its copies, can be cancelled."""
    if not view.fulfilment.copies:
        return is_cancellable_unpaid(view.order)
    try:
        plan_cancellation(standing, kept_copies(view.fulfilment.entries, view.refunds), None)
    except NotAllowed:
        return False
    return True


def may_correct_address(standing: Standing) -> bool:
    try:
        check_correction(standing)
    except NotAllowed:
        return False
    return True


def is_cancellable_unpaid(order: Order) -> bool:
    return not order.is_final and not order.review_reason
