"""Sign in with a name, a password and a code."""

from datetime import UTC, datetime

from quart import redirect, request
from quart.typing import ResponseReturnValue

from bookshop.office.office import Office
from bookshop.office.sign_in.cookies import current_client, set_session
from bookshop.office.sign_in.form import ask_to_wait, refuse_waiting, show_form
from bookshop.office.sign_in.next_address import next_address
from bookshop.staff.authenticate import NoMatch, SignInAttempt
from bookshop.staff.sign_in import sign_in
from bookshop.staff.waiting import TooManyFailures

NOTICES = ("ended", "not-done", "signed-out")


async def show(office: Office) -> ResponseReturnValue:
    """Show the form."""
    notice = request.args.get("notice", "")
    return show_form(office, notice=notice if notice in NOTICES else "")


async def send(office: Office) -> ResponseReturnValue:
    """Start a session, or show the form with what to do."""
    client, now = current_client(office), datetime.now(UTC)
    if refusal := await refuse_waiting(office, client, now):
        return refusal
    form = await request.form
    typed = {name: form.get(name, "") for name in ("name", "password", "code")}
    try:
        attempt = SignInAttempt(**typed, client=client, keys=office.settings.secret_key, at=now)
        signed_in = await sign_in(office.database, attempt)
    except TooManyFailures as refused:
        return ask_to_wait(office, refused.delay, typed["name"])
    except NoMatch:
        return show_form(office, 422, problem="no-match", name=typed["name"])
    response = redirect(next_address(request.args.get("next", "")), 303)
    set_session(office, response, signed_in, client)
    return response
