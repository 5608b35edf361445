"""Sign in with a passkey."""

import secrets
from datetime import UTC, datetime

from quart import redirect, request
from quart.typing import ResponseReturnValue

from bookshop.office.office import Office
from bookshop.office.passkeys import browser_ceremony, send_request
from bookshop.office.sign_in.cookies import current_client, is_https, name_of, set_session
from bookshop.office.sign_in.form import refuse_waiting, show_form
from bookshop.office.sign_in.next_address import next_address
from bookshop.staff.sign_in_by_passkey import sign_in_by_passkey
from bookshop.staff.verify_passkey import InvalidPasskey

# binds what a passkey signs to the browser that asked for it
COOKIE = "passkey"


async def options(office: Office) -> ResponseReturnValue:
    """Respond with what any passkey of the shop may sign."""
    earlier = request.cookies.get(name_of(office, COOKIE))
    token = earlier or secrets.token_urlsafe()
    response = send_request(browser_ceremony(office, token), [])
    if not earlier:
        response.set_cookie(
            name_of(office, COOKIE), token, secure=is_https(office), httponly=True, samesite="Strict"
        )
    return response


async def send(office: Office) -> ResponseReturnValue:
    """Start a session, or show the form again."""
    client, now = current_client(office), datetime.now(UTC)
    if refusal := await refuse_waiting(office, client, now):
        return refusal
    ceremony = browser_ceremony(office, request.cookies.get(name_of(office, COOKIE), ""))
    credential = (await request.form).get("credential", "")
    try:
        signed_in = await sign_in_by_passkey(office.database, ceremony, credential, client, now)
    except InvalidPasskey:
        return show_form(office, 422, problem="passkey")
    response = redirect(next_address(request.args.get("next", "")), 303)
    set_session(office, response, signed_in, client)
    return response
