"""Do something with an order of the version that a form names."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from quart import abort, request, url_for
from quart.typing import ResponseReturnValue

from bookshop.fulfilment.rules import NotAllowed
from bookshop.fulfilment.timeline import Entry, OrderChanged
from bookshop.office.office import Office
from bookshop.office.order.order_page import ActionResult, order_page, outcome_of
from bookshop.staff.session import Session
from bookshop.web.pages import redirect_to, wants_fragment

T = TypeVar("T")


async def perform(
    office: Office, session: Session, order_id: str, action: Callable[..., Entry], **options: Any
) -> ResponseReturnValue:
    """Do it once, and show the order: as it is now, or with what was done by others meanwhile.

    A note that was typed and not added yet stays, whatever was done.
    """
    form = await request.form
    note = form.get("note", "")
    done = await attempt(office, write(office, session, order_id, read_version(form), action, **options))
    if isinstance(done, ActionResult):
        return await order_page(office, session, order_id, 409, outcome=done, note=note)
    return await show_done(office, session, order_id, done, "" if options.get("text") else note)


def write(
    office: Office,
    session: Session,
    order_id: str,
    version: int,
    action: Callable[..., Entry],
    *arguments: Any,
    **options: Any,
) -> Awaitable[Entry]:
    """Write an action of this member of staff, now."""
    return office.database.write(
        action, order_id, version, *arguments, **options, actor=session.staff.name, now=datetime.now(UTC)
    )


async def attempt(office: Office, work: Awaitable[T]) -> T | ActionResult:
    """Return the result of an action, or why it was not done."""
    try:
        return await work
    except LookupError:
        abort(404)
    except (NotAllowed, OrderChanged) as problem:
        return outcome_of(problem, office.settings)


def read_version(form: Mapping[str, str]) -> int:
    """Return the order's version as the form's page showed it."""
    try:
        return int(form.get("version", ""))
    except ValueError:
        abort(400)


async def show_done(
    office: Office, session: Session, order_id: str, entry: Entry, note: str = ""
) -> ResponseReturnValue:
    """Show an order after an action."""
    if wants_fragment() or note:
        return await order_page(
            office, session, order_id, outcome=ActionResult(done=entry.version), note=note
        )
    return redirect_to(order_address(order_id, done=entry.version))


def order_address(order_id: str, **arguments: Any) -> str:
    return url_for("office.order.routes.show", order_id=order_id, **arguments)
