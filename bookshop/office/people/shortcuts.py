"""Switching keyboard shortcuts on and off."""

from quart import redirect, request
from quart.typing import ResponseReturnValue

from bookshop.office.office import Office
from bookshop.office.pages import own_address
from bookshop.staff.session import Session
from bookshop.staff.store import set_shortcuts


async def change(office: Office, session: Session) -> ResponseReturnValue:
    """Switch the shortcuts of this member of staff, and show the same page again."""
    form = await request.form
    await office.database.write(set_shortcuts, session.staff.id, is_on=bool(form.get("shortcuts")))
    return redirect(own_address(form.get("next", "")), 303)
