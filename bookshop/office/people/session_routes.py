"""One's own sessions."""

from quart import request
from quart.typing import ResponseReturnValue

from bookshop.office.office import Office
from bookshop.office.people.account_routes import back_to_account
from bookshop.staff.session import Session
from bookshop.staff.session_store import end_other_sessions, end_own_session


async def end(office: Office, session: Session) -> ResponseReturnValue:
    """End one of them."""
    ended = (await request.form).get("session", "")
    await office.database.write(end_own_session, session.staff.id, ended)
    return back_to_account("session-ended")


async def end_others(office: Office, session: Session) -> ResponseReturnValue:
    """End all but this one."""
    await office.database.write(end_other_sessions, session)
    return back_to_account("others-ended")
