"""Switching keyboard shortcuts on and off."""

from quart import redirect, request
from quart.typing import ResponseReturnValue

from bookshop.office.office import Office
from bookshop.staff.session import Session
from bookshop.staff.store import set_shortcuts


async def change(office: Office, session: Session) -> ResponseReturnValue:
    """Switch the shortcuts of this member of staff, and show the same page again."""
    form = await request.form
    await office.database.write(set_shortcuts, session.staff.id, is_on=bool(form.get("shortcuts")))
    page = form.get("next", "")
    return redirect(
        page if page == "/office" or page.startswith(("/office/", "/office?")) else "/office", 303
    )
