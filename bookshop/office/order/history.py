"""All that happened to an order: payment, actions, mails, refunds made at Stripe."""

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bookshop.fulfilment.timeline import Action, Entry, without_undone
from bookshop.mail.mail import Mail
from bookshop.office.order.order_view import OrderView
from bookshop.orders.refund import Refund
from bookshop.payments.refund_entries import find_entry


class EventKind(StrEnum):
    """What an event is about."""

    PLACED = "placed"
    PAID = "paid"
    ACTION = "action"
    MAIL = "mail"
    REFUND = "refund"


class HistoryEvent(NamedTuple):
    """Something that happened to an order; placing and paying it have no subject."""

    kind: EventKind
    at: datetime
    subject: Entry | Mail | Refund | None = None


def list_events(view: OrderView) -> list[HistoryEvent]:
    """Return all that happened to an order, the newest first."""
    return sorted(_events(view), key=lambda event: event.at)[::-1]


def _events(view: OrderView) -> Iterator[HistoryEvent]:
    """Yield the events of one moment in the order in which they happen."""
    order, entries = view.order, view.fulfilment.entries
    yield HistoryEvent(EventKind.PLACED, order.placed_at)
    if order.paid_at:
        yield HistoryEvent(EventKind.PAID, order.paid_at)
    yield from (HistoryEvent(EventKind.ACTION, entry.at, entry) for entry in entries)
    for refund in view.refunds:
        if find_entry(entries, refund) is None:
            yield HistoryEvent(EventKind.REFUND, refund.requested_at, refund)
    for mail in reversed(view.mails):
        yield HistoryEvent(EventKind.MAIL, mail.sent_at or mail.created_at, mail)


def by_day(events: list[HistoryEvent], zone: ZoneInfo) -> list[tuple[date, list[HistoryEvent]]]:
    """Group events by the days of the shop."""
    days = groupby(events, key=lambda event: event.at.astimezone(zone).date())
    return [(day, list(found)) for day, found in days]


def list_notes(view: OrderView) -> list[Entry]:
    """Return the notes that are not taken back, the newest first."""
    entries = without_undone(view.fulfilment.entries)
    return [entry for entry in reversed(entries) if entry.action is Action.NOTE]
