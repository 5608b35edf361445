"""The server that sends the shop's mail."""

import ipaddress
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import unquote, urlsplit

SUBMISSION_PORT, TLS_PORT, RELAY_PORT = 587, 465, 25


class TlsMode(StrEnum):
    """When a connection is encrypted."""

    FROM_START = "from_start"
    REQUIRED = "required"
    IF_OFFERED = "if_offered"


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail is sent to, and how; without a user there is no login."""

    host: str
    port: int
    tls: TlsMode
    user: str = ""
    password: str = field(default="", repr=False)


def parse_smtp_url(text: str) -> SmtpServer | None:
    """Read smtp:// or smtps://user:password@host:port; the error never repeats the password.

    Only this machine, and a relay at port 25 that wants no password, may be without TLS.
    """
    if not text:
        return None
    try:
        url = urlsplit(text)
        host, port = url.hostname or "", url.port
    except ValueError:
        raise ValueError("its host or port is not valid") from None
    if url.scheme not in ("smtp", "smtps") or not host:
        raise ValueError("it must be like smtp://user:password@mail.example:587 or smtps://…:465")
    if url.path.strip("/") or url.query or url.fragment:
        raise ValueError("nothing may follow the host and the port; write / in a password as %2F")
    user, password = unquote(url.username or ""), unquote(url.password or "")
    if bool(user) != bool(password):
        raise ValueError("it has a user without a password, or a password without a user")
    tls = TlsMode.FROM_START
    if url.scheme == "smtp":
        may_be_plain = is_this_machine(host) or (port == RELAY_PORT and not user)
        tls = TlsMode.IF_OFFERED if may_be_plain else TlsMode.REQUIRED
    return SmtpServer(
        host, port or (SUBMISSION_PORT if url.scheme == "smtp" else TLS_PORT), tls, user, password
    )


def is_this_machine(host: str) -> bool:
    """Return whether what is sent to this host never leaves the machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
