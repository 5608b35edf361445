"""What to do today."""

from datetime import UTC, datetime

from quart.typing import ResponseReturnValue

from bookshop.office.office import Office
from bookshop.office.pages import office_page
from bookshop.office.work.today_page import load_today
from bookshop.staff.session import Session


async def show(office: Office, session: Session) -> ResponseReturnValue:
    """Show what to do today."""
    now = datetime.now(UTC)
    today = await office.database.read(load_today, now)
    return await office_page(office, session, "office/work/today.html", "work", today=today, now=now)
