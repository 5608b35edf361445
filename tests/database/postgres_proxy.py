"""A proxy in front of PostgreSQL that loses connections at the moments that tests choose."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from sqlalchemy import make_url

from tests.processes import free_port

CHUNK = 65536


@dataclass
class Proxy:
    """`lose_reply_to` is a part of a request whose reply the client never gets."""

    server_url: str
    port: int = field(default_factory=free_port)
    lose_reply_to: bytes = b""
    _server: asyncio.Server | None = None
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def url(self) -> str:
        """The URL of the database through the proxy."""
        url = make_url(self.server_url)
        url = url.set(host="127.0.0.1", port=self.port, query={})
        return url.render_as_string(hide_password=False)

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    async def stop(self) -> None:
        """Cut every connection and refuse new ones, as a server that restarts."""
        assert self._server
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        url = make_url(self.server_url)
        host = url.query.get("host")
        if host:
            server = await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{url.port or 5432}")
        else:
            server = await asyncio.open_connection(url.host, url.port)
        self._writers |= {writer, server[1]}
        answers = asyncio.create_task(self._forward(server[0], writer))
        while data := await self._read(reader):
            if self.lose_reply_to and self.lose_reply_to in data:
                answers.cancel()
                server[1].write(data)
                # PostgreSQL has answered, so it has done what was asked
                await server[0].read(CHUNK)
                break
            server[1].write(data)
        writer.transport.abort()
        server[1].transport.abort()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await self._read(reader):
            writer.write(data)
        writer.transport.abort()

    async def _read(self, reader: asyncio.StreamReader) -> bytes:
        try:
            return await reader.read(CHUNK)
        except ConnectionError:
            return b""


@asynccontextmanager
async def running_proxy(server_url: str) -> AsyncIterator[Proxy]:
    proxy = Proxy(server_url)
    await proxy.start()
    yield proxy
    proxy.lose_reply_to = b""
    await proxy.stop()
