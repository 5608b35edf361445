"""What to do today."""

from quart.typing import ResponseReturnValue

from bookshop.office.office import Office
from bookshop.office.pages import office_page
from bookshop.staff.session import Session


async def today(office: Office, session: Session) -> ResponseReturnValue:
    """Show what to do today."""
    return await office_page(office, session, "office/work/today.html", "work")
