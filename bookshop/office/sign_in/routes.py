"""The sign-in page."""

from quart.typing import ResponseReturnValue

from bookshop.office.office import Office
from bookshop.web.pages import page


async def show(office: Office) -> ResponseReturnValue:
    """Show the sign-in form."""
    return page("office/sign_in/sign_in.html", "sign_in")
