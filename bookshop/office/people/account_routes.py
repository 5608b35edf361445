"""One's own account."""

from datetime import UTC, datetime

from quart import Response, redirect, request, url_for
from quart.typing import ResponseReturnValue

from bookshop.office.office import Office
from bookshop.office.pages import office_page
from bookshop.office.people.read_account import read_account
from bookshop.staff.browser_name import name_browser
from bookshop.staff.recovery_codes import CODE_COUNT
from bookshop.staff.session import Session

NOTICES = (
    "passkey-added",
    "passkey-renamed",
    "passkey-removed",
    "last-way",
    "password-changed",
    "app-changed",
    "session-ended",
    "others-ended",
)


async def show(office: Office, session: Session) -> ResponseReturnValue:
    """Show how this person signs in, where they have, and what happened."""
    notice = request.args.get("done", "")
    return await show_account(office, session, notice=notice if notice in NOTICES else "")


async def show_account(
    office: Office, session: Session, http_status: int = 200, *, notice: str = "", is_refused: bool = False
) -> Response:
    account = await office.database.read(read_account, session, datetime.now(UTC))
    return await office_page(
        office,
        session,
        "office/people/account.html",
        "account",
        http_status,
        account=account,
        browser=name_browser(session.browser),
        code_count=CODE_COUNT,
        notice=notice,
        is_refused=is_refused,
    )


def back_to_account(done: str) -> ResponseReturnValue:
    """Show the account with what was done."""
    return redirect(url_for("office.people.account_routes.show", done=done), 303)
