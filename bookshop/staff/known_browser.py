"""Browsers in which a member of staff has signed in before.

Their failures are counted apart, so that a stranger who tries a name cannot lock its owner out. A browser
proves it by a signed cookie.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from itsdangerous import BadSignature, URLSafeTimedSerializer

# the longest that browsers keep a cookie
KNOWN_TIME = timedelta(days=400)
MAX_STAFF = 20
ID_BYTES = 12


@dataclass(frozen=True, slots=True)
class KnownBrowser:
    """A browser's random id, and the ids of the staff who have signed in in it."""

    id: str
    staff: tuple[str, ...] = ()


def remember(browser: KnownBrowser | None, staff_id: str) -> KnownBrowser:
    """Return the browser after this member of staff has signed in in it."""
    known = browser or KnownBrowser(secrets.token_urlsafe(ID_BYTES))
    others = tuple(each for each in known.staff if each != staff_id)
    return KnownBrowser(known.id, (*others, staff_id)[-MAX_STAFF:])


def write_known(keys: Sequence[str], browser: KnownBrowser) -> str:
    """Return the cookie of a browser."""
    return str(serializer(keys).dumps([browser.id, browser.staff]))


def read_known(keys: Sequence[str], cookie: str) -> KnownBrowser | None:
    """Return the browser that this cookie was made for."""
    try:
        browser_id, staff = serializer(keys).loads(cookie, max_age=int(KNOWN_TIME.total_seconds()))
    except BadSignature:
        return None
    return KnownBrowser(browser_id, tuple(staff))


def serializer(keys: Sequence[str]) -> URLSafeTimedSerializer:
    # itsdangerous signs with the last key, SECRET_KEY with its first
    return URLSafeTimedSerializer(list(reversed(keys)), salt="known browser")
