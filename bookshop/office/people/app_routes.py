"""Change the app for one's codes."""

from datetime import UTC, datetime

from quart import Response, request
from quart.typing import ResponseReturnValue

from bookshop.office.office import Office
from bookshop.office.pages import office_page
from bookshop.office.people.account_routes import back_to_account
from bookshop.office.people.app_secret import new_app_secret
from bookshop.office.sign_in.qr_code import draw_qr_code
from bookshop.staff.change_account import change_app
from bookshop.staff.session import Session
from bookshop.staff.totp import app_address, find_time_step


async def show(office: Office, session: Session) -> ResponseReturnValue:
    """Show the QR code of a new app."""
    return await show_form(office, session, await new_app_secret(office, session))


async def send(office: Office, session: Session) -> ResponseReturnValue:
    """Store the secret, once its app has shown a code."""
    now, code = datetime.now(UTC), (await request.form).get("code", "")
    secret = await new_app_secret(office, session)
    step = find_time_step(secret, code, now)
    if step is None:
        return await show_form(office, session, secret, is_code_wrong=True)
    keys = office.settings.secret_key
    await office.database.write(change_app, session, secret, step, keys, now)
    return back_to_account("app-changed")


async def show_form(
    office: Office, session: Session, secret: str, *, is_code_wrong: bool = False
) -> Response:
    return await office_page(
        office,
        session,
        "office/people/app.html",
        "app",
        422 if is_code_wrong else 200,
        secret=secret,
        qr_code=draw_qr_code(app_address(secret, session.staff.name, office.settings.shop_name)),
        is_code_wrong=is_code_wrong,
    )
