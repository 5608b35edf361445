"""Orders that a restored database does not have, and what was done about them."""

from datetime import UTC, datetime
from functools import partial

from quart import abort, request
from quart.typing import ResponseReturnValue

from bookshop.fulfilment.add_note import MAX_NOTE_CHARS
from bookshop.office.lost.lost_page import load_lost_page
from bookshop.office.office import Office
from bookshop.office.order.describe_order import dashboard_address
from bookshop.office.pages import office_page
from bookshop.payments.errors import PaymentError
from bookshop.recovery.lost_order import LostOrderDone
from bookshop.recovery.lost_order_store import close_lost_order
from bookshop.recovery.refund_lost_order import LostRefundRefused, refund_lost_order
from bookshop.staff.session import Session
from bookshop.web.formatting import format_clock
from bookshop.web.pages import redirect_to
from bookshop.web.small_int import small_int

NO_NOTE = "Write what was done, for example “Sent on Monday”, so that colleagues know."
UNANSWERED = "Stripe has not responded. Press Refund again: the money goes back once only."


async def show(office: Office, session: Session) -> ResponseReturnValue:
    """List the lost orders."""
    return await lost_page(office, session)


async def lost_page(
    office: Office, session: Session, status: int = 200, *, refused: str = ""
) -> ResponseReturnValue:
    return await office_page(
        office,
        session,
        "office/lost/lost.html",
        "lost",
        status,
        page=await office.database.read(load_lost_page, request.args.get("first", "")),
        dashboard_address=partial(dashboard_address, is_live=office.settings.is_live),
        done=request.args.get("done", ""),
        refused=refused,
    )


async def close(office: Office, session: Session, intent_id: str) -> ResponseReturnValue:
    """Store what a person has done about a lost order."""
    note = (await request.form).get("note", "").strip()[:MAX_NOTE_CHARS]
    if not note:
        return await lost_page(office, session, 422, refused=NO_NOTE)
    try:
        await office.database.write(
            close_lost_order, intent_id, note, actor=session.staff.name, now=datetime.now(UTC)
        )
    except LookupError:
        abort(404)
    except LostOrderDone as done:
        return await lost_page(office, session, 409, refused=describe_done(office, done))
    return redirect_to("/office/lost?done=noted")


async def refund(office: Office, session: Session, intent_id: str) -> ResponseReturnValue:
    """Refund what the button stated."""
    minor = (await request.form).get("amount", -1, type=small_int)
    try:
        await refund_lost_order(office.database, office.gateway, intent_id, minor, actor=session.staff.name)
    except LookupError:
        abort(404)
    except LostOrderDone as done:
        return await lost_page(office, session, 409, refused=describe_done(office, done))
    except LostRefundRefused as error:
        return await lost_page(office, session, 409, refused=str(error))
    except PaymentError:
        return await lost_page(office, session, 502, refused=UNANSWERED)
    return redirect_to("/office/lost?done=refunded")


def describe_done(office: Office, done: LostOrderDone) -> str:
    """Return who was faster: "Noted by Ana at 10:02: Sent on Monday."."""
    return f"Noted by {done.by} at {format_clock(office.settings.shop_timezone, done.at)}: {done.note}"
