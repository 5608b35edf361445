"""Ask again who it is before a dangerous action, without losing what was typed.

The page that asks carries the form as it was sent: one more POST proves who it is and does what was asked.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from quart import Response, request

from bookshop.office.office import Office
from bookshop.office.pages import office_page
from bookshop.office.refused_proof import RefusedProof
from bookshop.staff.session import Session
from bookshop.staff.ways_store import find_ways
from bookshop.web.pages import wants_fragment

PROOF_FIELDS = ("proof", "proof_name", "proof_password", "proof_code", "proof_credential")


def needs_proof(session: Session) -> bool:
    """Return whether a dangerous action asks again who it is."""
    return not session.is_proved(datetime.now(UTC))


async def has_proof() -> bool:
    """Return whether this request carries a proof."""
    return request.method == "POST" and "proof" in await request.form


async def ask_for_proof(office: Office, session: Session, refused: RefusedProof | None = None) -> Response:
    """Ask who it is; the form that is sent then does what the present request asked for.

    A new password is not repeated in a page: its own page asks for it again.
    """
    address, form = request.full_path.rstrip("?"), await request.form
    is_repeated = request.method == "POST" and "password" not in form
    typed = form.items(multi=True) if is_repeated else [("next", address)]
    response = await office_page(
        office,
        session,
        "office/people/confirm.html",
        "confirm",
        status_of(refused),
        action=address if is_repeated else "/office/confirm",
        typed=[(name, value) for name, value in typed if name not in PROOF_FIELDS],
        is_action=is_repeated and request.path != "/office/confirm",
        ways=await office.database.read(find_ways, session.staff.id),
        problem=refused.problem if refused else "",
        seconds=refused.seconds if refused else 0,
    )
    if refused and refused.seconds:
        response.headers["Retry-After"] = str(refused.seconds)
    if wants_fragment():
        response.headers["HX-Retarget"] = "#main"
        response.headers["HX-Reswap"] = "innerHTML"
    return response


def status_of(refused: RefusedProof | None) -> int:
    if not refused:
        return 403
    return 429 if refused.seconds else 422


async def accept_proof(office: Office, session: Session) -> Session | Response | None:
    """Return the renewed session, the page that asks again, or None if it has ended."""
    check_proof = await asyncio.to_thread(load_check)
    try:
        return await check_proof(office, session)
    except RefusedProof as refused:
        return await ask_for_proof(office, session, refused)


def load_check() -> Callable[[Office, Session], Awaitable[Session | None]]:
    # imported at the first proof: webauthn and argon2 are large
    from bookshop.office.check_proof import check_proof

    return check_proof
