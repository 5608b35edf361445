"""Check that it is still the person who signed in."""

from datetime import UTC, datetime
from math import ceil
from typing import TypeAlias

from quart import Response, after_this_request, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response as Redirect

from bookshop.office.office import Office
from bookshop.office.passkeys import session_ceremony
from bookshop.office.refused_proof import RefusedProof
from bookshop.office.sign_in.cookies import current_client, set_session
from bookshop.staff.authenticate import NoMatch, SignInAttempt, authenticate
from bookshop.staff.member import Member
from bookshop.staff.session import Proved, Session, SignedIn
from bookshop.staff.session_store import prove_session
from bookshop.staff.use_passkey import accept_signed, read_signed
from bookshop.staff.verify_passkey import InvalidPasskey
from bookshop.staff.waiting import TooManyFailures

AnyResponse: TypeAlias = Response | Redirect


async def check_proof(office: Office, session: Session) -> Session | None:
    """Renew the session; None if it has ended. Raises RefusedProof."""
    form = await request.form
    try:
        if credential := form.get("proof_credential"):
            proved = await prove_by_passkey(office, session, credential)
        else:
            password, code = form.get("proof_password", ""), form.get("proof_code", "")
            proved = await prove_by_password(office, session, password, code)
    except TooManyFailures as refused:
        raise RefusedProof("wait", ceil(refused.delay.total_seconds())) from refused
    except NoMatch as refused:
        raise RefusedProof("no-match") from refused
    except InvalidPasskey as refused:
        raise RefusedProof("passkey") from refused
    if proved is None:
        return None
    replace_cookie(office, proved)
    return proved.session


async def prove_by_passkey(office: Office, session: Session, response: str) -> Proved | None:
    """Accept one of the person's own passkeys; raises InvalidPasskey."""
    now = datetime.now(UTC)
    ceremony = session_ceremony(office, session)
    credential = read_signed(ceremony, response, now)

    def prove(db: Connection) -> Proved | None:
        if accept_signed(db, ceremony.party, credential, now).staff_id != session.staff.id:
            raise InvalidPasskey("it belongs to another member of staff")
        return prove_session(db, session.token_hash, now)

    return await office.database.write(prove)


async def prove_by_password(office: Office, session: Session, password: str, code: str) -> Proved | None:
    """Accept the person's password and code; raises NoMatch or TooManyFailures."""
    now, name = datetime.now(UTC), session.staff.name
    attempt = SignInAttempt(name, password, code, current_client(office), office.settings.secret_key, now)

    def prove(db: Connection, member: Member, method: str) -> Proved | None:
        return prove_session(db, session.token_hash, now)

    return await authenticate(office.database, attempt, prove)


def replace_cookie(office: Office, proved: Proved) -> None:
    """Give the browser the session's new secret with the present response."""

    def set_cookie(response: AnyResponse) -> AnyResponse:
        signed_in = SignedIn(proved.session.staff, proved.token)
        set_session(office, response, signed_in, current_client(office))
        return response

    after_this_request(set_cookie)
