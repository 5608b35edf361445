"""Sessions in signed cookies, which note whether a response depends on them."""

from collections import UserDict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from itsdangerous import SignatureExpired, TimestampSigner, URLSafeTimedSerializer
from quart import Quart
from quart.sessions import SecureCookieSessionInterface, SessionMixin


class TrackedSession(UserDict[str, Any], SessionMixin):
    """A session that records every access, so that the response gets `Vary: Cookie`.

    Quart asks its sessions for that, but its own class no longer records it.
    """

    modified = False

    def __init__(self, values: Mapping[str, Any] | None = None) -> None:
        self._values = dict(values or {})

    @property
    def data(self) -> dict[str, Any]:  # type: ignore[override]  # every method of UserDict reads it
        self.accessed = True
        return self._values

    def __setitem__(self, name: str, value: Any) -> None:
        self.modified = True
        super().__setitem__(name, value)

    def __delitem__(self, name: str) -> None:
        super().__delitem__(name)
        self.modified = True


class TolerantSigner(TimestampSigner):
    """Accepts signatures whose time lies ahead, since clocks differ and may be set back."""

    def unsign(self, signed_value: Any, max_age: int | None = None, return_timestamp: Any = False) -> Any:
        try:
            return super().unsign(signed_value, max_age, return_timestamp)
        except SignatureExpired as error:
            if error.date_signed is None or error.date_signed <= self.now():
                raise
            return super().unsign(signed_value, None, return_timestamp)

    def now(self) -> datetime:
        return self.timestamp_to_datetime(self.get_timestamp())


class TrackedSessions(SecureCookieSessionInterface):
    """Quart's sessions in signed cookies, with accesses recorded."""

    session_class = TrackedSession  # type: ignore[assignment]  # it has all that Quart uses

    def get_signing_serializer(self, app: Quart) -> URLSafeTimedSerializer | None:
        serializer = super().get_signing_serializer(app)
        if serializer is not None:
            serializer.signer = TolerantSigner
        return serializer
