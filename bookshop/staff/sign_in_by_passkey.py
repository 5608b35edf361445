"""Sign in with a passkey, and set one up with a one-time link."""

from datetime import datetime

from sqlalchemy import Connection
from webauthn.helpers.structs import AuthenticationCredential, RegistrationCredential

from bookshop.database import Database
from bookshop.staff.accept_code import Method
from bookshop.staff.client import Client
from bookshop.staff.event_store import StaffEventKind, add_event
from bookshop.staff.passkey import RelyingParty
from bookshop.staff.passkey_store import find_passkey
from bookshop.staff.session import SignedIn
from bookshop.staff.session_store import end_sessions
from bookshop.staff.set_up import open_link
from bookshop.staff.start_session import start_session
from bookshop.staff.store import find_member_by_id
from bookshop.staff.use_passkey import Ceremony, accept_signed, read_signed, store_created
from bookshop.staff.verify_passkey import InvalidPasskey


async def sign_in_by_passkey(
    database: Database, ceremony: Ceremony, response: str, client: Client, now: datetime
) -> SignedIn:
    """Start a session; raises InvalidPasskey."""
    credential = read_signed(ceremony, response, now)
    # what strangers make up ends here, before the database is written to
    if not await database.read(find_passkey, credential.id):
        raise InvalidPasskey("the shop does not know this passkey")
    return await database.write(start_by_passkey, ceremony.party, credential, client, now)


def start_by_passkey(
    db: Connection, party: RelyingParty, credential: AuthenticationCredential, client: Client, now: datetime
) -> SignedIn:
    member = find_member_by_id(db, accept_signed(db, party, credential, now).staff_id)
    if not member:
        raise InvalidPasskey("its owner has been removed")
    return SignedIn(member, start_session(db, member, Method.PASSKEY, client, now))


def set_up_passkey(
    db: Connection,
    token: str,
    party: RelyingParty,
    name: str,
    credential: RegistrationCredential,
    client: Client,
    now: datetime,
) -> SignedIn:
    """Use the link to store a passkey, and sign in; raises LinkUsed and InvalidPasskey."""
    member = open_link(db, token, now)
    store_created(db, party, member, name, credential, now)
    end_sessions(db, member.id)
    add_event(db, member.name, StaffEventKind.SET_UP, now, network=client.network)
    return SignedIn(member, start_session(db, member, Method.PASSKEY, client, now))
