"""The page of an order."""

from datetime import UTC, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from quart import Response, abort
from sqlalchemy import Connection

from bookshop.catalogue.book import Book
from bookshop.catalogue.book_store import list_books
from bookshop.fulfilment.label import find_label
from bookshop.fulfilment.rules import NotAllowed
from bookshop.fulfilment.timeline import Entry, OrderChanged
from bookshop.fulfilment.timeline_text import describe_rival
from bookshop.office.office import Office
from bookshop.office.order.choices import find_choices, standing_of
from bookshop.office.order.history import by_day, list_events, list_notes
from bookshop.office.order.order_view import OrderView, view_order
from bookshop.office.pages import office_page
from bookshop.office.spines import spines
from bookshop.orders.charge_name import charge_name
from bookshop.orders.order_list import find_order_by_reference
from bookshop.orders.order_state import dispute_stage, order_state
from bookshop.settings import Settings
from bookshop.staff.session import Session

DASHBOARD = "https://dashboard.stripe.com/{mode}payments/{intent_id}"


class Outcome(NamedTuple):
    """What became of an action: why it was not done, who was faster, or which entry it wrote.

    A warning is about something that was done.
    """

    refusal: str = ""
    rival: str = ""
    warning: str = ""
    done: int = 0
    is_checked: bool = False

    @property
    def is_refused(self) -> bool:
        return bool(self.refusal or self.rival)


NO_OUTCOME = Outcome()


def outcome_of(problem: NotAllowed | OrderChanged, settings: Settings) -> Outcome:
    """Return why an action was not done."""
    if isinstance(problem, OrderChanged):
        return Outcome(rival=describe_rival(problem.last, ZoneInfo(settings.shop_timezone)))
    return Outcome(refusal=str(problem))


async def order_page(
    office: Office,
    session: Session,
    reference: str,
    status: int = 200,
    *,
    outcome: Outcome = NO_OUTCOME,
    note: str = "",
) -> Response:
    """Show an order with this number or id; `note` is typed and not added yet."""
    found = await office.database.read(read_order, reference)
    view, books = found or abort(404)
    context = describe_order(view, office.settings)
    done = find_done(view, outcome.done)
    return await office_page(
        office,
        session,
        "office/order/order.html",
        "order",
        status,
        books=books,
        outcome=outcome,
        done=done,
        note=note,
        **context,
    )


def read_order(db: Connection, reference: str) -> tuple[OrderView, dict[str, Book]] | None:
    """Return all that belongs to an order, and those of its books that the shop lists."""
    view = read_view(db, reference)
    return (view, list_books(db, view.order.quantities)) if view else None


def read_view(db: Connection, reference: str) -> OrderView | None:
    """Return all that belongs to the order with this number or id."""
    order = find_order_by_reference(db, reference)
    return view_order(db, order) if order else None


def find_done(view: OrderView, version: int) -> Entry | None:
    """Return the entry of this version."""
    return next((entry for entry in view.fulfilment.entries if entry.version == version), None)


def describe_order(view: OrderView, settings: Settings) -> dict[str, Any]:
    """Return what the page shows of an order."""
    order, now = view.order, datetime.now(UTC)
    refunded = standing_of(view).refunded
    zone = ZoneInfo(settings.shop_timezone)
    return {
        "view": view,
        "order": order,
        "copies": view.fulfilment.copies,
        "label": find_label(view.fulfilment.copies, order.delivery),
        "spines": spines(view.fulfilment.copies),
        "titles": {line.isbn: line.title for line in order.lines},
        "choices": find_choices(view, now),
        "days": by_day(list_events(view), zone),
        "today": now.astimezone(zone).date(),
        "now": now,
        "notes": list_notes(view),
        "refunded": refunded,
        "state": order_state(order.payment, order.review_reason, order.total, refunded),
        "dispute": dispute_stage(order.dispute),
        "charge_name": charge_name(order.charge),
        "dashboard": dashboard_address(order.attempt.intent_id, is_live=settings.is_live),
    }


def dashboard_address(intent_id: str, *, is_live: bool) -> str:
    """Return where Stripe shows a payment; empty before there is one."""
    return DASHBOARD.format(mode="" if is_live else "test/", intent_id=intent_id) if intent_id else ""
