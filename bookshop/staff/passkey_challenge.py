"""What a passkey signs: a random text, for one browser, once and within minutes.

It is signed by the shop and not stored, so that strangers who ask for challenges write nothing.
"""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from itsdangerous import BadSignature, Signer
from sqlalchemy import Connection, bindparam
from sqlalchemy.dialects import postgresql, sqlite

from bookshop.schema import used_challenges
from bookshop.schema.columns import TIMESTAMP
from bookshop.staff.session import hash_token

CHALLENGE_TIME = timedelta(minutes=5)
CHALLENGE_BYTES = 16


def new_challenge(keys: Sequence[str], bound_to: str, now: datetime) -> bytes:
    """Return a challenge for the session, link or browser `bound_to`."""
    text = f"{secrets.token_hex(CHALLENGE_BYTES)} {int(now.timestamp())}"
    return signer(keys, bound_to).sign(text)


def is_valid_challenge(keys: Sequence[str], bound_to: str, challenge: bytes, now: datetime) -> bool:
    """Return whether the challenge was made for `bound_to` some minutes ago."""
    try:
        text = signer(keys, bound_to).unsign(challenge)
    except BadSignature:
        return False
    made = datetime.fromtimestamp(int(text.split()[1]), UTC)
    # another process's clock may differ
    return abs(now - made) <= CHALLENGE_TIME


def signer(keys: Sequence[str], bound_to: str) -> Signer:
    # itsdangerous signs with the last key, SECRET_KEY with its first
    return Signer(list(reversed(keys)), salt=f"passkey challenge {bound_to}", digest_method=sha256)


DELETE_EXPIRED = used_challenges.delete().where(
    used_challenges.c.expires_at < bindparam("now", type_=TIMESTAMP)
)
ADD_USED = {
    "sqlite": sqlite.insert(used_challenges).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(used_challenges).on_conflict_do_nothing(),
}


def use_challenge(db: Connection, challenge: bytes, now: datetime) -> bool:
    """Use a challenge up; return whether it had not been used."""
    db.execute(DELETE_EXPIRED, {"now": now})
    row = {"challenge_hash": hash_token(challenge.decode()), "expires_at": now + 2 * CHALLENGE_TIME}
    return db.execute(ADD_USED[db.dialect.name], row).rowcount == 1
