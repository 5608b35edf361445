"""The sign-in form, and what it shows to those who have to wait."""

from datetime import datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from quart import Response, request

from bookshop.office.office import Office
from bookshop.office.sign_in.next_address import next_address
from bookshop.staff.client import Client
from bookshop.staff.waiting import TooManyFailures, refuse_waiting_network
from bookshop.web.pages import page


async def refuse_waiting(office: Office, client: Client, now: datetime) -> Response | None:
    """Return a refusal before anything is hashed or counted, if this network has to wait."""
    if client.known:
        return None
    try:
        await office.database.read(refuse_waiting_network, office.settings.secret_key, client.network, now)
    except TooManyFailures as refused:
        office.sign_in_limit.strangers.put_back()
        return ask_to_wait(office, refused.delay)
    return None


def ask_to_wait(office: Office, delay: timedelta, name: str = "") -> Response:
    """Show the form with how long to wait."""
    seconds = ceil(delay.total_seconds())
    response = show_form(office, 429, problem="wait", seconds=seconds, name=name)
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
    """Show the form, with what went wrong or what has happened."""
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
