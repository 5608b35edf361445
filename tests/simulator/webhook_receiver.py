"""A server that receives webhooks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import stripe

from tests.processes import SIMULATOR_SECRET, free_port

TIMEOUT_SECONDS = 10


class WebhookReceiver:
    """Receives webhooks; responds with the next of `statuses`, else 200, if `may_respond`."""

    def __init__(self, secret: str = SIMULATOR_SECRET) -> None:
        self.secret = secret
        self.port = free_port()
        self.statuses: list[str] = []
        self.may_respond = asyncio.Event()
        self.may_respond.set()
        self.tasks: set[asyncio.Task[None] | None] = set()
        self._events: asyncio.Queue[tuple[str, str]] = asyncio.Queue()

    async def next_event(self) -> stripe.Event:
        """Return the next event, its signature verified."""
        body, signature = await self.next_raw()
        return stripe.StripeClient("sk_test_x").construct_event(body, signature, self.secret)

    async def next_raw(self) -> tuple[str, str]:
        """Return the next event's body and signature."""
        return await asyncio.wait_for(self._events.get(), TIMEOUT_SECONDS)

    def has_events(self) -> bool:
        """Return whether an event came that no test has read."""
        return not self._events.empty()

    async def respond(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.tasks.add(asyncio.current_task())
        head = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
        body = await reader.readexactly(int(headers["content-length"]))
        self._events.put_nowait((body.decode(), headers["stripe-signature"]))
        await self.may_respond.wait()
        status = self.statuses.pop(0) if self.statuses else "200 OK"
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()


@asynccontextmanager
async def listening(receiver: WebhookReceiver) -> AsyncIterator[None]:
    server = await asyncio.start_server(receiver.respond, "127.0.0.1", receiver.port)
    async with server:
        yield
        await asyncio.gather(*(task for task in receiver.tasks if task))
