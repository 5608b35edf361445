"""The page of an order."""

from typing import NamedTuple
from zoneinfo import ZoneInfo

from quart import Response, abort
from sqlalchemy import Connection

from bookshop.catalogue.book import Book
from bookshop.catalogue.book_store import list_books
from bookshop.fulfilment.rules import NotAllowed
from bookshop.fulfilment.timeline import Entry, OrderChanged
from bookshop.fulfilment.timeline_text import describe_rival
from bookshop.office.office import Office
from bookshop.office.order.describe_order import describe_order
from bookshop.office.order.order_view import OrderView, view_order
from bookshop.office.pages import office_page
from bookshop.orders.order_list import find_order_by_reference
from bookshop.settings import Settings
from bookshop.shopper_requests.request import ShopperRequest
from bookshop.shopper_requests.store import list_withdrawals_from
from bookshop.staff.session import Session


class ActionResult(NamedTuple):
    """What became of an action: why it was not done, who was faster, or which entry it wrote.

    A warning is about something that was done.
    """

    refusal: str = ""
    rival: str = ""
    warning: str = ""
    done: int = 0
    is_checked: bool = False


NO_RESULT = ActionResult()


class FoundOrder(NamedTuple):
    """An order, those of its books that the shop lists, and withdrawals that may be about it.

    These come from its email address, and name no order that the shop knows.
    """

    view: OrderView
    books: dict[str, Book]
    withdrawals: list[ShopperRequest]


def outcome_of(problem: NotAllowed | OrderChanged, settings: Settings) -> ActionResult:
    """Return why an action was not done."""
    if isinstance(problem, OrderChanged):
        return ActionResult(rival=describe_rival(problem.last, ZoneInfo(settings.shop_timezone)))
    return ActionResult(refusal=str(problem))


async def order_page(
    office: Office,
    session: Session,
    reference: str,
    status: int = 200,
    *,
    outcome: ActionResult = NO_RESULT,
    note: str = "",
) -> Response:
    """Show an order with this number or id; `note` is typed and not added yet."""
    found = await office.database.read(read_order, reference) or abort(404)
    view = found.view
    return await office_page(
        office,
        session,
        "office/order/order.html",
        "order",
        status,
        books=found.books,
        unmatched=found.withdrawals,
        outcome=outcome,
        done=find_done(view, outcome.done),
        note=note,
        **describe_order(view, office.settings),
    )


def read_order(db: Connection, reference: str) -> FoundOrder | None:
    """Return an order with what its page shows beside it."""
    view = read_view(db, reference)
    if view is None:
        return None
    books = list_books(db, view.order.quantities)
    return FoundOrder(view, books, list_withdrawals_from(db, view.order.email))


def read_view(db: Connection, reference: str) -> OrderView | None:
    """Return all that belongs to the order with this number or id."""
    order = find_order_by_reference(db, reference)
    return view_order(db, order) if order else None


def find_done(view: OrderView, version: int) -> Entry | None:
    """Return the entry of this version."""
    return next((entry for entry in view.fulfilment.entries if entry.version == version), None)
