"""Hand messages to the SMTP server, over one connection for many."""

from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

from aiosmtplib import SMTP, SMTPException, SMTPNotSupported, SMTPResponseException

from bookshop.mail.sending_rules import Attempt, SendOutcome
from bookshop.settings.smtp_server import SmtpServer, TlsMode

# for each step; a server may check a message for a while before it accepts it
STEP_SECONDS, ACCEPT_SECONDS = 15, 90
# https://datatracker.ietf.org/doc/html/rfc5321#section-4.2.2: the server is about to close the connection
CLOSING = 421
FIRST_REFUSAL, FIRST_PERMANENT = 400, 500


class NotConnected(Exception):
    """The server cannot be used now; the message says why."""


class SmtpConnection:
    """A connection to the server; one message after the other."""

    def __init__(self, server: SmtpServer, local_name: str) -> None:
        start_tls = {TlsMode.FROM_START: False, TlsMode.REQUIRED: True, TlsMode.IF_OFFERED: None}
        self.client = SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user or None,
            password=server.password or None,
            use_tls=server.tls is TlsMode.FROM_START,
            start_tls=start_tls[server.tls],
            # a server that may be used without TLS gains from any certificate, such as its own
            validate_certs=server.tls is not TlsMode.IF_OFFERED,
            local_hostname=local_name,
            timeout=STEP_SECONDS,
        )
        # set when the server has ended its service for now
        self.closing_error = ""

    async def __aenter__(self) -> Self:
        """Connect, encrypt and log in; raises NotConnected."""
        try:
            await self.client.connect()
        except (SMTPException, OSError, ValueError) as error:
            self.client.close()
            raise NotConnected(describe(error)) from None
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self.is_usable and error is None:
                await self.client.quit()
        except (SMTPException, OSError):
            pass
        finally:
            self.client.close()

    @property
    def is_usable(self) -> bool:
        """Whether another message can be sent."""
        return self.client.is_connected

    async def send(
        self, sender: str, recipient: str, message: bytes, before_data: Callable[[], Awaitable[bool]]
    ) -> Attempt | None:
        """Send a message; None if `before_data`, called before the message, forbids it."""
        try:
            await self.client.mail(sender)
            await self.client.rcpt(recipient)
        except (SMTPException, OSError, ValueError) as error:
            await self.reset(error)
            return Attempt(outcome_of(error), describe(error))
        if not await before_data():
            await self.reset(None)
            return None
        try:
            await self.client.data(message, timeout=ACCEPT_SECONDS)
        except (SMTPException, OSError) as error:
            if is_refusal(error):
                await self.reset(error)
                return Attempt(outcome_of(error), describe(error))
            self.client.close()
            return Attempt(SendOutcome.LOST, describe(error))
        return Attempt(SendOutcome.ACCEPTED)

    async def reset(self, error: Exception | None) -> None:
        """Prepare for the next message, or close the connection if it cannot be used."""
        if isinstance(error, SMTPResponseException) and error.code == CLOSING:
            self.closing_error = describe(error)
        if self.closing_error or not isinstance(error, SMTPResponseException | ValueError | None):
            self.client.close()
            return
        try:
            await self.client.rset()
        except (SMTPException, OSError):
            self.client.close()


def is_refusal(error: Exception) -> bool:
    """Return whether the server has answered that it does not take the message."""
    return isinstance(error, SMTPResponseException) and error.code >= FIRST_REFUSAL


def outcome_of(error: Exception) -> SendOutcome:
    """Return how a try ended before the server had the message."""
    if isinstance(error, SMTPResponseException):
        return SendOutcome.PERMANENT if error.code >= FIRST_PERMANENT else SendOutcome.TEMPORARY
    return (
        SendOutcome.PERMANENT if isinstance(error, SMTPNotSupported | ValueError) else SendOutcome.TEMPORARY
    )


def describe(error: Exception) -> str:
    """Return what the server answered, or what went wrong, in characters that can be stored."""
    text = str(error) or type(error).__name__
    if isinstance(error, SMTPResponseException):
        text = f"{error.code} {error.message}"
    return "".join(c if c.isprintable() else "?" for c in " ".join(text.split()))
