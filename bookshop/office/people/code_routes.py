"""One's own recovery codes."""

from datetime import UTC, datetime

from quart.typing import ResponseReturnValue

from bookshop.office.office import Office
from bookshop.office.pages import office_page
from bookshop.staff.change_account import renew_codes
from bookshop.staff.session import Session


async def renew(office: Office, session: Session) -> ResponseReturnValue:
    """Show new codes, this once."""
    codes = await office.database.write(renew_codes, session, datetime.now(UTC))
    return await show_codes(office, session, codes)


async def show_codes(office: Office, session: Session, codes: tuple[str, ...]) -> ResponseReturnValue:
    return await office_page(office, session, "office/people/codes.html", "codes", codes=codes)
