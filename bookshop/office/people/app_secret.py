"""The secret of a new authenticator app."""

from bookshop.office.office import Office
from bookshop.staff.credential_store import find_credentials
from bookshop.staff.session import Session
from bookshop.staff.totp import derive_secret


async def new_app_secret(office: Office, session: Session) -> str:
    """Return a secret, the same one until an app has it, so that the page can be loaded again."""
    found = await office.database.read(find_credentials, session.staff.name)
    earlier = found.totp_secret if found else ""
    purpose = f"{session.staff.id} {session.started_at.timestamp()} {earlier}"
    return derive_secret(office.settings.signing_key, purpose)
