"""Sessions in signed cookies, which note whether a response depends on them."""

from collections import UserDict
from collections.abc import Mapping
from typing import Any

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


class TrackedSessions(SecureCookieSessionInterface):
    """Quart's sessions in signed cookies, with accesses recorded."""

    session_class = TrackedSession  # type: ignore[assignment]  # it has all that Quart uses
