"""Sign in with a name, a password and a code."""

from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.staff.accept_code import Method
from bookshop.staff.authenticate import SignInAttempt, authenticate
from bookshop.staff.member import Member
from bookshop.staff.session import SignedIn
from bookshop.staff.start_session import start_session


async def sign_in(database: Database, attempt: SignInAttempt) -> SignedIn:
    """Start a session; raises NoMatch or TooManyFailures."""

    def start(db: Connection, member: Member, method: Method) -> SignedIn:
        return SignedIn(member, start_session(db, member, method, attempt.client, attempt.at))

    return await authenticate(database, attempt, start)
