"""Render the office's pages in their frame."""

from typing import Any

from quart import Response, request

from bookshop.office.frame import read_frame
from bookshop.office.office import Office
from bookshop.office.sign_in.next_address import OFFICE_PAGE
from bookshop.staff.session import Session
from bookshop.web.pages import page, wants_fragment


async def office_page(
    office: Office, session: Session, template: str, block: str, http_status: int = 200, **context: Any
) -> Response:
    """Render a page of the office, or only its named block if htmx wants a fragment."""
    if not wants_fragment():
        address = request.full_path.rstrip("?") if request.method == "GET" else "/office"
        context["frame"] = await office.database.read(read_frame, request.path, address)
    return page(template, block, http_status, session=session, **context)


def own_address(address: str, default: str = "/office") -> str:
    """Return an address that a form names, if it is one of the office, or the default."""
    return address if OFFICE_PAGE.fullmatch(address) else default
