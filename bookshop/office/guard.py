"""Admit members of staff to the addresses they may use."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from quart import abort, request, url_for
from quart.typing import ResponseReturnValue

from bookshop.office.office import Office
from bookshop.office.problem import show_problem
from bookshop.office.proof import accept_proof, ask_for_proof, has_proof, needs_proof
from bookshop.office.route import Access
from bookshop.office.sign_in.cookies import SESSION, name_of
from bookshop.staff.session import Session
from bookshop.staff.session_store import find_session, see_session
from bookshop.web.pages import page, redirect_to, wants_fragment

# so that a page does not write to the database each time
SEEN_EVERY = timedelta(minutes=1)


class Admission(NamedTuple):
    """The session, or what is shown instead of the page."""

    session: Session | None
    refusal: ResponseReturnValue = ""


async def admit(office: Office, access: Access) -> Admission:
    """Find the session of this request, if it may use such an address."""
    now = datetime.now(UTC)
    token = request.cookies.get(name_of(office, SESSION))
    session = await office.database.read(find_session, token, now) if token else None
    if session is None:
        return Admission(None, ask_to_sign_in(had_session=bool(token)))
    if now - session.seen_at >= SEEN_EVERY:
        await office.database.write(see_session, session.token_hash, now)
    if needs_proof(session) and await has_proof():
        proved = await accept_proof(office, session)
        if not isinstance(proved, Session):
            return Admission(None, proved or ask_to_sign_in(had_session=True))
        session = proved
    if access.needs_owner and not session.staff.is_owner:
        return Admission(None, await show_problem(office, session, 403))
    if access.needs_proof and needs_proof(session):
        return Admission(None, await ask_for_proof(office, session))
    return Admission(session)


def refuse_unknown_origin() -> None:
    """Refuse a form that does not name its origin; the shop has checked those that do."""
    if not (request.headers.get("Sec-Fetch-Site") or request.headers.get("Origin")):
        abort(403)


async def refuse_null_characters() -> None:
    """Respond 400, as to an address with one: PostgreSQL refuses to compare with it."""
    if request.method == "POST" and any("\0" in value for value in (await request.form).values()):
        abort(400)


def ask_to_sign_in(*, had_session: bool) -> ResponseReturnValue:
    """Lead to the sign-in page; a fragment becomes a notice, so that what was typed stays."""
    if wants_fragment():
        response = page("office/session_ended.html", "notice", 401)
        response.headers["HX-Retarget"] = "#notices"
        response.headers["HX-Reswap"] = "innerHTML"
        return response
    if request.method == "POST":
        return redirect_to(url_for("office.sign_in.routes.show", notice="not-done"))
    notice = "ended" if had_session else None
    next_page = request.full_path.rstrip("?")
    return redirect_to(url_for("office.sign_in.routes.show", notice=notice, next=next_page))
