"""What is shown to staff instead of a page that they may not open, or that does not exist."""

from quart import Response

from bookshop.office.office import Office
from bookshop.office.pages import office_page
from bookshop.staff.session import Session
from bookshop.web.pages import wants_fragment


async def show_problem(office: Office, session: Session, status: int) -> Response:
    """Show why there is no page, in the office's frame; htmx gets a notice."""
    response = await office_page(office, session, "office/problem.html", "problem", status, status=status)
    if wants_fragment():
        response.headers["HX-Retarget"] = "#notices"
        response.headers["HX-Reswap"] = "innerHTML"
    return response
