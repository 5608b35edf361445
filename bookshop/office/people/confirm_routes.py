"""Confirm who it is."""

from quart import redirect, request
from quart.typing import ResponseReturnValue

from bookshop.office.office import Office
from bookshop.office.passkeys import send_request, session_ceremony
from bookshop.office.sign_in.next_address import next_address
from bookshop.staff.passkey_store import list_passkeys
from bookshop.staff.session import Session


async def send(_: Office, __: Session) -> ResponseReturnValue:
    """Go on to the page that asked; the guard has checked the proof."""
    return redirect(next_address((await request.form).get("next", "")), 303)


async def options(office: Office, session: Session) -> ResponseReturnValue:
    """Respond with what the person's passkeys may sign."""
    own = await office.database.read(list_passkeys, session.staff.id)
    return send_request(session_ceremony(office, session), own)
