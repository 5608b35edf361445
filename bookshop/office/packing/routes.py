"""Packing an order by scanning its books."""

from collections.abc import Callable
from datetime import UTC, datetime
from secrets import token_urlsafe
from typing import Any
from zoneinfo import ZoneInfo

from quart import Response, abort, request, url_for
from quart.typing import ResponseReturnValue

from bookshop.fulfilment import pack_by_scan
from bookshop.fulfilment.rules import NotAllowed
from bookshop.fulfilment.scan_store import scan_key
from bookshop.fulfilment.timeline import OrderChanged
from bookshop.fulfilment.timeline_text import describe_rival
from bookshop.office.office import Office
from bookshop.office.packing.read_packing import read_packing
from bookshop.office.pages import office_page
from bookshop.staff.session import Session
from bookshop.trade.scanned_code import read_scan
from bookshop.web.pages import redirect_to, wants_fragment

TEMPLATE = "office/packing/packing.html"


async def show(office: Office, session: Session, order_id: str) -> ResponseReturnValue:
    """Show an order on the packing table."""
    return await show_order(office, session, order_id)


async def show_order(
    office: Office, session: Session, order_id: str, problem: str = "", rival: str = ""
) -> Response:
    try:
        packing = await office.database.read(read_packing, order_id)
    except LookupError:
        abort(404)
    # a form that is sent twice counts once
    return await office_page(
        office,
        session,
        TEMPLATE,
        "packing",
        packing=packing,
        form_key=token_urlsafe(16),
        problem=problem,
        rival=rival,
    )


async def scan(office: Office, session: Session, order_id: str) -> ResponseReturnValue:
    """Take a scan: a book into the box, or the slip."""
    form = await request.form
    code = form.get("code", "")
    if not code.strip():
        return await go_on(office, session, order_id, order_id)
    key = scan_key(form.get("key") or token_urlsafe(16), code)
    return await act(office, session, order_id, pack_by_scan.scan_into_box, read_scan(code), key)


async def take_out(office: Office, session: Session, order_id: str) -> ResponseReturnValue:
    """Take a copy out of the box."""
    form = await request.form
    isbn = form.get("isbn", "")
    key = scan_key(form.get("key") or token_urlsafe(16), f"out {isbn}")
    return await act(office, session, order_id, pack_by_scan.take_out, isbn, key)


async def pack(office: Office, session: Session, order_id: str) -> ResponseReturnValue:
    """Pack what is in the box, and open the next order."""
    form = await request.form
    key = scan_key(form.get("key") or token_urlsafe(16), "pack")
    return await act(
        office,
        session,
        order_id,
        pack_by_scan.pack_box,
        form.get("version", -1, type=int),
        key,
        is_partly="partly" in form,
    )


async def act(
    office: Office,
    session: Session,
    order_id: str,
    action: Callable[..., str],
    *arguments: Any,
    **options: Any,
) -> ResponseReturnValue:
    """Do something with the box, and show the order to go on with, or what stands against it."""
    try:
        shown = await office.database.write(
            action, order_id, *arguments, **options, actor=session.staff.name, now=datetime.now(UTC)
        )
    except NotAllowed as refusal:
        return await show_order(office, session, order_id, problem=str(refusal))
    except OrderChanged as lost:
        rival = describe_rival(lost.last, ZoneInfo(office.settings.shop_timezone))
        return await show_order(office, session, order_id, rival=rival)
    except LookupError:
        abort(404)
    return await go_on(office, session, order_id, shown)


async def go_on(office: Office, session: Session, order_id: str, shown: str) -> ResponseReturnValue:
    """Show this order again, or the next one in its place."""
    address = url_for("office.packing.routes.show", order_id=shown)
    if not wants_fragment():
        return redirect_to(address)
    response = await show_order(office, session, shown)
    if shown != order_id:
        response.headers["HX-Push-Url"] = address
    return response
