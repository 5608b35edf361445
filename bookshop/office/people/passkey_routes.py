"""One's own passkeys."""

from datetime import UTC, datetime

from quart import request
from quart.typing import ResponseReturnValue

from bookshop.office.office import Office
from bookshop.office.passkeys import send_creation, session_ceremony
from bookshop.office.people.account_routes import back_to_account, show_account
from bookshop.staff.change_account import LastWay, add_own_passkey, remove_own_passkey
from bookshop.staff.passkey import tidy_passkey_name
from bookshop.staff.passkey_store import list_passkeys, rename_passkey
from bookshop.staff.session import Session
from bookshop.staff.use_passkey import read_created
from bookshop.staff.verify_passkey import InvalidPasskey


async def options(office: Office, session: Session) -> ResponseReturnValue:
    """Respond with what a device needs to create a passkey."""
    existing = await office.database.read(list_passkeys, session.staff.id)
    return send_creation(session_ceremony(office, session), session.staff, existing)


async def add(office: Office, session: Session) -> ResponseReturnValue:
    """Store a passkey that a device has created."""
    form, now = await request.form, datetime.now(UTC)
    ceremony = session_ceremony(office, session)
    name = tidy_passkey_name(form.get("name", ""))
    try:
        credential = read_created(ceremony, form.get("credential", ""), now)
        await office.database.write(add_own_passkey, ceremony.party, session, name, credential, now)
    except InvalidPasskey:
        return await show_account(office, session, 422, is_refused=True)
    return back_to_account("passkey-added")


async def rename(office: Office, session: Session, passkey_id: str) -> ResponseReturnValue:
    """Name a passkey."""
    name = tidy_passkey_name((await request.form).get("name", ""))
    await office.database.write(rename_passkey, session.staff.id, passkey_id, name)
    return back_to_account("passkey-renamed")


async def remove(office: Office, session: Session, passkey_id: str) -> ResponseReturnValue:
    """Delete a passkey."""
    try:
        await office.database.write(remove_own_passkey, session, passkey_id, datetime.now(UTC))
    except LastWay:
        return back_to_account("last-way")
    return back_to_account("passkey-removed")
