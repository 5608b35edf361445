"""Render the office's pages in their frame."""

from typing import Any

from quart import Response

from bookshop.office.office import Office
from bookshop.staff.session import Session
from bookshop.web.pages import page


async def office_page(
    office: Office, session: Session, template: str, block: str, http_status: int = 200, **context: Any
) -> Response:
    """Render a page of the office, or only its named block if htmx wants a fragment."""
    return page(template, block, http_status, session=session, **context)
