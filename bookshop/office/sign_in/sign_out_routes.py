"""Sign out."""

from datetime import UTC, datetime

from quart import request, url_for
from quart.typing import ResponseReturnValue

from bookshop.office.office import Office
from bookshop.office.sign_in.cookies import SESSION, delete_session, name_of
from bookshop.staff.sign_out import sign_out
from bookshop.web.pages import page, redirect_to


async def show(_: Office) -> ResponseReturnValue:
    """Ask, for browsers without JavaScript: a GET changes nothing."""
    return page("office/sign_in/sign_out.html", "sign_out")


async def send(office: Office) -> ResponseReturnValue:
    """End the session, and have the browser forget the pages that it showed."""
    if token := request.cookies.get(name_of(office, SESSION)):
        await office.database.write(sign_out, token, datetime.now(UTC))
    response = redirect_to(url_for("office.sign_in.routes.show", notice="signed-out"))
    delete_session(office, response)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response
