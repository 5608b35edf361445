"""Set or change one's password; the first one comes with an app for codes."""

import asyncio
from datetime import UTC, datetime

from quart import Response, request
from quart.typing import ResponseReturnValue

from bookshop.office.office import Office
from bookshop.office.pages import office_page
from bookshop.office.people.account_routes import back_to_account
from bookshop.office.people.app_secret import new_app_secret
from bookshop.office.people.code_routes import show_codes
from bookshop.office.sign_in.qr_code import draw_qr_code
from bookshop.staff.change_account import add_password, change_password
from bookshop.staff.hash_password import hash_password
from bookshop.staff.password import find_password_error
from bookshop.staff.session import Session
from bookshop.staff.set_up import PasswordAndApp
from bookshop.staff.totp import app_address, find_time_step
from bookshop.staff.ways_store import find_ways


async def show(office: Office, session: Session) -> ResponseReturnValue:
    """Ask for a new password."""
    ways = await office.database.read(find_ways, session.staff.id)
    return await show_form(office, session, has_password=ways.has_password)


async def send(office: Office, session: Session) -> ResponseReturnValue:
    """Store a password, or show the form with what is wrong."""
    ways = await office.database.read(find_ways, session.staff.id)
    form = await request.form
    password = form.get("password", "")
    words = (session.staff.name, office.settings.shop_name)
    error = await asyncio.to_thread(find_password_error, password, words)
    if not ways.has_password:
        return await send_first(office, session, password, form.get("code", ""), error)
    if error:
        return await show_form(office, session, has_password=True, password_error=error)
    hashed = await hash_password(password)
    await office.database.write(change_password, session, hashed, datetime.now(UTC))
    return back_to_account("password-changed")


async def send_first(
    office: Office, session: Session, password: str, code: str, error: str
) -> ResponseReturnValue:
    """Store a first password with the app for its codes, and show the recovery codes."""
    now, secret = datetime.now(UTC), await new_app_secret(office, session)
    step = find_time_step(secret, code, now)
    if step is None or error:
        return await show_form(
            office, session, has_password=False, password_error=error, is_code_wrong=step is None
        )
    chosen = PasswordAndApp(await hash_password(password), secret, step)
    codes = await office.database.write(add_password, session, chosen, office.settings.secret_key, now)
    return await show_codes(office, session, codes)


async def show_form(
    office: Office,
    session: Session,
    *,
    has_password: bool,
    password_error: str = "",
    is_code_wrong: bool = False,
) -> Response:
    """Show the form, with what is wrong in it."""
    secret = "" if has_password else await new_app_secret(office, session)
    address = app_address(secret, session.staff.name, office.settings.shop_name) if secret else ""
    return await office_page(
        office,
        session,
        "office/people/password.html",
        "password_page",
        422 if password_error or is_code_wrong else 200,
        has_password=has_password,
        secret=secret,
        qr_code=draw_qr_code(address) if secret else "",
        password_error=password_error,
        is_code_wrong=is_code_wrong,
    )
