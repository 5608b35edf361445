"""Ship copies of an order as a parcel."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from quart import Response, abort, request
from quart.typing import ResponseReturnValue

from bookshop.fulfilment.fulfilment import MAX_TRACKING_CHARS
from bookshop.fulfilment.moves import moved_copies
from bookshop.fulfilment.rules import SHIPPING, NotAllowed, plan_moves
from bookshop.fulfilment.ship import ship
from bookshop.office.office import Office
from bookshop.office.order.choices import movable_copies, standing_of
from bookshop.office.order.copies_form import read_copies
from bookshop.office.order.order_page import NO_RESULT, ActionResult, read_view
from bookshop.office.order.perform import attempt, order_address, read_version, write
from bookshop.office.pages import office_page
from bookshop.staff.session import Session
from bookshop.trade.typed_text import normalize_line
from bookshop.web.pages import redirect_to


@dataclass(frozen=True, slots=True)
class ParcelForm:
    """A parcel as it was typed; by default it holds what has come furthest."""

    carrier: str = ""
    tracking: str = ""
    copies: Mapping[str, int] | None = None


async def show(office: Office, session: Session, order_id: str) -> ResponseReturnValue:
    """Show the form of the next parcel."""
    return await ship_page(office, session, order_id, ParcelForm())


async def send(office: Office, session: Session, order_id: str) -> ResponseReturnValue:
    """Ship the parcel, or show the form as it was typed."""
    form = await request.form
    view = await office.database.read(read_view, order_id) or abort(404)
    typed = ParcelForm(
        normalize_line(form.get("carrier", ""))[:MAX_TRACKING_CHARS],
        normalize_line(form.get("tracking", ""))[:MAX_TRACKING_CHARS],
        read_copies(form, view.order.quantities),
    )
    options = {"carrier": typed.carrier, "tracking": typed.tracking}
    work = write(office, session, order_id, read_version(form), ship, typed.copies, **options)
    done = await attempt(office, work)
    if isinstance(done, ActionResult):
        return await ship_page(office, session, order_id, typed, 409, outcome=done)
    return redirect_to(order_address(order_id, done=done.version))


async def ship_page(
    office: Office,
    session: Session,
    order_id: str,
    typed: ParcelForm,
    status: int = 200,
    *,
    outcome: ActionResult = NO_RESULT,
) -> Response:
    """Show the form, or why nothing can be shipped."""
    view = await office.database.read(read_view, order_id) or abort(404)
    standing, now = standing_of(view), datetime.now(UTC)
    possible = movable_copies(standing, SHIPPING, now)
    usual: Mapping[str, int] = {}
    try:
        usual = moved_copies(plan_moves(standing, SHIPPING, None, now))
    except NotAllowed as problem:
        outcome = outcome if outcome.rival else ActionResult(refusal=str(problem))
    return await office_page(
        office,
        session,
        "office/order/ship.html",
        "ship",
        status,
        order=view.order,
        version=view.fulfilment.version,
        copies=view.fulfilment.copies,
        possible=possible if usual else {},
        chosen=usual if typed.copies is None else typed.copies,
        typed=typed,
        outcome=outcome,
    )
