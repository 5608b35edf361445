"""What the pages that use passkeys share."""

from datetime import UTC, datetime

from quart import Response

from bookshop.office.office import Office
from bookshop.staff.member import Member
from bookshop.staff.passkey import Passkey, relying_party
from bookshop.staff.passkey_challenge import new_challenge
from bookshop.staff.session import Session, hash_token
from bookshop.staff.use_passkey import Ceremony
from bookshop.staff.verify_passkey import creation_options, request_options


def session_ceremony(office: Office, session: Session) -> Ceremony:
    """Return the ceremony of a session; its secret changes, but not when it was started."""
    return ceremony(office, f"session {session.staff.id} {session.started_at.timestamp()}")


def link_ceremony(office: Office, token: str) -> Ceremony:
    """Return the ceremony of a one-time link."""
    return ceremony(office, f"link {hash_token(token)}")


def browser_ceremony(office: Office, token: str) -> Ceremony:
    """Return the ceremony of a browser without a session."""
    return ceremony(office, f"browser {token}")


def ceremony(office: Office, bound_to: str) -> Ceremony:
    return Ceremony(relying_party(office.settings), office.settings.secret_key, bound_to)


def send_request(ceremony: Ceremony, allowed: list[Passkey]) -> Response:
    """Respond with what `credentials.get()` takes; without `allowed`, any passkey will do."""
    challenge = new_challenge(ceremony.keys, ceremony.bound_to, datetime.now(UTC))
    return json_response(request_options(ceremony.party, challenge, allowed))


def json_response(text: str) -> Response:
    return Response(text, content_type="application/json")


def send_creation(ceremony: Ceremony, member: Member, existing: list[Passkey]) -> Response:
    """Respond with what `credentials.create()` takes; no device gets a second passkey."""
    challenge = new_challenge(ceremony.keys, ceremony.bound_to, datetime.now(UTC))
    return json_response(creation_options(ceremony.party, member, existing, challenge))
