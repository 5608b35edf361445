"""A member of staff who has signed in."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from bookshop.staff.member import Member

SESSION_TIME = timedelta(hours=12)
# dangerous actions ask again after this time
PROOF_TIME = timedelta(minutes=15)
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Session:
    """A session; `proved_at` is when the person last showed who they are."""

    token_hash: str
    staff: Member
    started_at: datetime
    seen_at: datetime
    proved_at: datetime
    expires_at: datetime
    method: str
    network: str = ""
    browser: str = ""
    filters: dict[str, str] = field(default_factory=dict)

    def is_proved(self, now: datetime) -> bool:
        """Return whether dangerous actions may go on without asking who it is."""
        return now - self.proved_at < PROOF_TIME


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A member of staff and the secret of the session, which only the browser keeps."""

    member: Member
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Proved:
    """A session after a new proof, and its new secret."""

    session: Session
    token: str = field(repr=False)


def new_token() -> str:
    """Return a secret for a cookie or a link."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_token(token: str) -> str:
    """Return what is stored of a secret, which has enough bits to need no salt."""
    return sha256(token.encode()).hexdigest()
