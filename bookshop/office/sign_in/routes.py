"""Sign in with a name, a password and a code."""

from datetime import UTC, datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from quart import Response, redirect, request
from quart.typing import ResponseReturnValue

from bookshop.office.office import Office
from bookshop.office.sign_in.cookies import current_client, set_session
from bookshop.office.sign_in.next_address import next_address
from bookshop.staff.authenticate import Attempt, NoMatch, TooManyFailures
from bookshop.staff.sign_in import sign_in
from bookshop.web.pages import page

NOTICES = ("ended", "not-done", "signed-out")


async def show(office: Office) -> ResponseReturnValue:
    """Show the form."""
    notice = request.args.get("notice", "")
    return show_form(office, notice=notice if notice in NOTICES else "")


async def send(office: Office) -> ResponseReturnValue:
    """Start a session, or show the form with what to do."""
    client = current_client(office)
    form = await request.form
    typed = {name: form.get(name, "") for name in ("name", "password", "code")}
    attempt = Attempt(**typed, client=client, keys=office.settings.secret_key, at=datetime.now(UTC))
    try:
        signed_in = await sign_in(office.database, attempt)
    except TooManyFailures as refused:
        return refuse(office, 429, refused.delay, typed["name"])
    except NoMatch:
        return show_form(office, 422, problem="no-match", name=typed["name"])
    response = redirect(next_address(request.args.get("next", "")), 303)
    set_session(office, response, signed_in, client)
    return response


def refuse(office: Office, status: int, delay: timedelta, name: str = "") -> Response:
    """Ask to wait."""
    seconds = ceil(delay.total_seconds())
    response = show_form(office, status, problem="wait", seconds=seconds, name=name)
    response.headers["Retry-After"] = str(seconds)
    return response


def show_form(
    office: Office,
    status: int = 200,
    *,
    notice: str = "",
    problem: str = "",
    seconds: int = 0,
    name: str = "",
) -> Response:
    return page(
        "office/sign_in/sign_in.html",
        "sign_in",
        status,
        hour=datetime.now(ZoneInfo(office.settings.shop_timezone)).hour,
        notice=notice,
        problem=problem,
        seconds=seconds,
        name=name,
        next=next_address(request.args.get("next", "")),
    )
