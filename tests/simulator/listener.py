"""A shop that listens for webhooks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import stripe

from tests.processes import SIMULATOR_SECRET, free_port

PATIENCE_SECONDS = 10


class Shop:
    """An HTTP server that takes webhooks; it answers 200 at once unless it is told otherwise."""

    def __init__(self, secret: str = SIMULATOR_SECRET) -> None:
        self.secret = secret
        self.port = free_port()
        self.statuses: list[str] = []
        self.free = asyncio.Event()
        self.free.set()
        self.answering: set[asyncio.Task[None] | None] = set()
        self._mail: asyncio.Queue[tuple[str, str]] = asyncio.Queue()

    async def take(self) -> stripe.Event:
        """The next event, its signature verified."""
        body, signature = await self.take_unopened()
        return stripe.StripeClient("sk_test_x").construct_event(body, signature, self.secret)

    async def take_unopened(self) -> tuple[str, str]:
        """The next event's body and signature."""
        return await asyncio.wait_for(self._mail.get(), PATIENCE_SECONDS)

    def has_mail(self) -> bool:
        """Whether something came that nobody took."""
        return not self._mail.empty()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.answering.add(asyncio.current_task())
        head = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
        body = await reader.readexactly(int(headers["content-length"]))
        self._mail.put_nowait((body.decode(), headers["stripe-signature"]))
        await self.free.wait()
        status = self.statuses.pop(0) if self.statuses else "200 OK"
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()


@asynccontextmanager
async def opened(shop: Shop) -> AsyncIterator[None]:
    server = await asyncio.start_server(shop.answer, "127.0.0.1", shop.port)
    async with server:
        yield
        await asyncio.gather(*(task for task in shop.answering if task))
