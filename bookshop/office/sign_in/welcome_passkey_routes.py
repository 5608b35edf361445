"""Set up a passkey with the one-time link."""

from datetime import UTC, datetime

from quart import redirect, request
from quart.typing import ResponseReturnValue

from bookshop.office.office import Office
from bookshop.office.passkeys import link_ceremony, send_creation
from bookshop.office.sign_in.cookies import current_client, set_session
from bookshop.office.sign_in.welcome_routes import show_form, show_used
from bookshop.staff.browser_name import name_browser
from bookshop.staff.link_store import find_link
from bookshop.staff.set_up import LinkUsed
from bookshop.staff.sign_in_by_passkey import set_up_passkey
from bookshop.staff.use_passkey import read_created
from bookshop.staff.verify_passkey import InvalidPasskey


async def options(office: Office, token: str) -> ResponseReturnValue:
    """Respond with what a device needs to create a passkey; this uses nothing up."""
    member = await office.database.read(find_link, token, datetime.now(UTC))
    return send_creation(link_ceremony(office, token), member, []) if member else show_used()


async def send(office: Office, token: str) -> ResponseReturnValue:
    """Store the passkey and sign in, or show the ways again."""
    client, now = current_client(office), datetime.now(UTC)
    member = await office.database.read(find_link, token, now)
    if not member:
        return show_used()
    ceremony, form = link_ceremony(office, token), await request.form
    try:
        created = read_created(ceremony, form.get("credential", ""), now)
        signed_in = await office.database.write(
            set_up_passkey, token, ceremony.party, name_browser(client.browser), created, client, now
        )
    except InvalidPasskey:
        return show_form(office, token, member, is_passkey_refused=True)
    except LinkUsed:
        return show_used()
    response = redirect("/office", 303)
    set_session(office, response, signed_in, client)
    return response
