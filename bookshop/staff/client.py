"""The browser and the network that a request of staff comes from."""

from dataclasses import dataclass, field

from bookshop.staff.known_browser import KnownBrowser


@dataclass(frozen=True, slots=True)
class Client:
    """A browser, and the session that it has, if it has one."""

    network: str
    browser: str
    known: KnownBrowser | None = None
    session_token: str = field(default="", repr=False)
