"""Receiving copies by scanning them."""

from datetime import UTC, datetime
from secrets import token_urlsafe

from quart import Response, request, url_for
from quart.typing import ResponseReturnValue

from bookshop.fulfilment.receive_by_scan import receive_scan, take_back_scan
from bookshop.fulfilment.rules import NotAllowed
from bookshop.fulfilment.scan_store import scan_key
from bookshop.office.office import Office
from bookshop.office.pages import office_page
from bookshop.office.receiving.read_receiving import assigned_by, read_receiving
from bookshop.staff.session import Session
from bookshop.trade.scanned_code import read_scan
from bookshop.web.pages import redirect_to, wants_fragment


async def show(office: Office, session: Session) -> ResponseReturnValue:
    """Show what was received, and what the shop waits for."""
    # the till's count is remembered by the address
    return await show_receiving(office, session, is_counted="counted" in request.args)


async def show_receiving(
    office: Office, session: Session, *, is_counted: bool, problem: str = ""
) -> Response:
    receiving = await office.database.read(read_receiving, session.staff.name, datetime.now(UTC))
    return await office_page(
        office,
        session,
        "office/receiving/receiving.html",
        "receiving",
        receiving=receiving,
        assigned_by=assigned_by,
        # a form that is sent twice counts once
        form_key=token_urlsafe(16),
        is_counted=is_counted,
        problem=problem,
    )


async def scan(office: Office, session: Session) -> ResponseReturnValue:
    """Receive the copies of a scan."""
    form = await request.form
    code, is_counted = form.get("code", ""), "counted" in form
    key = scan_key(form.get("key") or token_urlsafe(16), code)
    if code.strip():
        try:
            await office.database.write(
                receive_scan,
                read_scan(code),
                key,
                is_counted=is_counted,
                actor=session.staff.name,
                now=datetime.now(UTC),
            )
        except NotAllowed as refusal:
            return await show_receiving(office, session, is_counted=is_counted, problem=str(refusal))
    return await go_on(office, session, is_counted=is_counted)


async def take_back(office: Office, session: Session) -> ResponseReturnValue:
    """Take back a scan."""
    form = await request.form
    is_counted = "counted" in form
    try:
        await office.database.write(
            take_back_scan, form.get("scan", ""), actor=session.staff.name, now=datetime.now(UTC)
        )
    except NotAllowed as refusal:
        return await show_receiving(office, session, is_counted=is_counted, problem=str(refusal))
    return await go_on(office, session, is_counted=is_counted)


async def go_on(office: Office, session: Session, *, is_counted: bool) -> ResponseReturnValue:
    """Show the page again."""
    if wants_fragment():
        return await show_receiving(office, session, is_counted=is_counted)
    return redirect_to(url_for("office.receiving.routes.show", counted=1 if is_counted else None))
