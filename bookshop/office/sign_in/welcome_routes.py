"""The one-time link, by which a member of staff sets up how to sign in."""

import asyncio
from datetime import UTC, datetime

from quart import Response, request
from quart.typing import ResponseReturnValue

from bookshop.office.office import Office
from bookshop.office.sign_in.cookies import current_client, set_session
from bookshop.office.sign_in.qr_code import draw_qr_code
from bookshop.staff.hash_password import hash_password
from bookshop.staff.link_store import find_link
from bookshop.staff.member import Member
from bookshop.staff.password import find_password_error
from bookshop.staff.session import hash_token
from bookshop.staff.set_up import LinkUsed, PasswordAndApp, Welcomed, set_up_password
from bookshop.staff.totp import app_address, derive_secret, find_time_step
from bookshop.web.pages import page


async def show(office: Office, token: str) -> ResponseReturnValue:
    """Show the ways to sign in; a mail program that opens the link first uses nothing up."""
    member = await office.database.read(find_link, token, datetime.now(UTC))
    return show_form(office, token, member) if member else show_used()


async def send(office: Office, token: str) -> ResponseReturnValue:
    """Store a password and an app, and show the recovery codes."""
    now = datetime.now(UTC)
    member = await office.database.read(find_link, token, now)
    if not member:
        return show_used()
    form = await request.form
    password, code = form.get("password", ""), form.get("code", "")
    secret = app_secret(office, token)
    step = find_time_step(secret, code, now)
    words = (member.name, office.settings.shop_name)
    error = await asyncio.to_thread(find_password_error, password, words)
    if step is None or error:
        return show_form(office, token, member, password_error=error, is_code_wrong=step is None)
    chosen = PasswordAndApp(await hash_password(password), secret, step)
    client, keys = current_client(office), office.settings.secret_key
    try:
        welcomed = await office.database.write(set_up_password, token, chosen, keys, client, now)
    except LinkUsed:
        return show_used()
    response = show_welcomed(welcomed)
    set_session(office, response, welcomed.signed_in, client)
    return response


def app_secret(office: Office, token: str) -> str:
    """Return the secret for an app, the same one each time the link is opened."""
    return derive_secret(office.settings.signing_key, hash_token(token))


def show_form(
    office: Office,
    token: str,
    member: Member,
    *,
    password_error: str = "",
    is_code_wrong: bool = False,
    is_passkey_refused: bool = False,
) -> Response:
    """Show the form, with what is wrong in it."""
    secret = app_secret(office, token)
    return page(
        "office/sign_in/welcome.html",
        "welcome",
        422 if password_error or is_code_wrong or is_passkey_refused else 200,
        member=member,
        token=token,
        secret=secret,
        qr_code=draw_qr_code(app_address(secret, member.name, office.settings.shop_name)),
        password_error=password_error,
        is_code_wrong=is_code_wrong,
        is_passkey_refused=is_passkey_refused,
    )


def show_welcomed(welcomed: Welcomed) -> Response:
    """Show the recovery codes, once."""
    return page(
        "office/sign_in/welcomed.html", "welcomed", member=welcomed.signed_in.member, codes=welcomed.codes
    )


def show_used() -> Response:
    return page("office/sign_in/link_used.html", "link_used", 410)
