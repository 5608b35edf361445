"""A real SMTP server in the test's own event loop, with faults on demand."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from bookshop.settings import Settings
from tests.builders import some_settings

OK = "250 OK"
USER, PASSWORD = "shop", "hunter2 @:/"
# an answer, or what to do instead of answering
Fault = str | Callable[[SMTP], Awaitable[None] | None]


@dataclass
class MailServer:
    """What the server has accepted, and how it is to answer next.

    `faults` has the answers of the next commands by name, one for each; the others are accepted.
    """

    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    commands: Counter[str] = field(default_factory=Counter)
    connections: int = 0

    @property
    def copies(self) -> Counter[str]:
        """How often each Message-ID has arrived."""
        return Counter(message["Message-ID"] for message in self.messages)

    def settings(self, **changed: str) -> Settings:
        """Return the settings of a shop that sends its mail here."""
        return some_settings(
            **{"SMTP_URL": f"smtp://127.0.0.1:{self.port}", "MAIL_FROM": "shop@books.example", **changed}
        )

    async def answer(self, command: str, server: SMTP, default: str = OK) -> str:
        self.commands[command] += 1
        faults = self.faults.get(command, [])
        fault = faults.pop(0) if faults else default
        if callable(fault):
            if waiting := fault(server):
                await waiting
            return default
        return fault

    async def handle_EHLO(  # noqa: N802 - aiosmtpd names the methods by their commands
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        answer = await self.answer("EHLO", server)
        return responses if answer == OK else [answer]

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = await self.answer("MAIL", server)
        if answer == OK:
            envelope.mail_from = address
        return answer

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = await self.answer("RCPT", server)
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = await self.answer("DATA", server)
        if answer == OK:
            content: Any = envelope.content
            message = message_from_bytes(content, policy=SMTP_POLICY)
            assert isinstance(message, EmailMessage)
            self.messages.append(message)
            self.envelopes.append(envelope)
        return answer


def hang_up(server: SMTP) -> None:
    """Close the connection instead of answering."""
    if server.transport:
        server.transport.close()


def authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    """Accept the one user."""
    is_user = isinstance(data, LoginPassword) and (data.login, data.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=is_user, handled=False)


@asynccontextmanager
async def running_mail_server(**options: Any) -> AsyncIterator[MailServer]:
    """Serve SMTP on a port of the loopback interface."""
    state = MailServer()

    def connect() -> SMTP:
        state.connections += 1
        return SMTP(state, hostname="mail.example", loop=asyncio.get_running_loop(), **options)

    server = await asyncio.get_running_loop().create_server(connect, "127.0.0.1", 0)
    state.port = server.sockets[0].getsockname()[1]
    try:
        yield state
    finally:
        server.close()
        await server.wait_closed()
