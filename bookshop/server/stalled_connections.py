"""Abort connections on which nothing moves any more, in neither direction.

Hypercorn closes idle connections, but not one whose client stops reading a response, nor one that began to
speak HTTP/2 and then fell silent.
"""

import asyncio
import fcntl
import sys
import termios
from collections.abc import Callable
from contextlib import suppress
from typing import cast

# longer than any response takes; a client that reads or sends one byte meanwhile keeps its connection
STALL_SECONDS = 60


class WatchedProtocol(asyncio.Protocol):
    """Passes a connection's events on, and counts what is received."""

    def __init__(self, protocol: asyncio.Protocol, connections: "set[WatchedProtocol]") -> None:
        self._protocol = protocol
        self._connections = connections
        self._received = 0
        self.transport: asyncio.WriteTransport
        self.eof_received = protocol.eof_received  # type: ignore[method-assign]
        self.pause_writing = protocol.pause_writing  # type: ignore[method-assign]
        self.resume_writing = protocol.resume_writing  # type: ignore[method-assign]

    @property
    def progress(self) -> tuple[int, int]:
        """Return the bytes received, and those that wait for the client to read."""
        unread = self.transport.get_write_buffer_size() + count_unacknowledged(self.transport)
        return self._received, unread

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.WriteTransport, transport)
        self._connections.add(self)
        self._protocol.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        self._protocol.data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.discard(self)
        self._protocol.connection_lost(exc)


def count_unacknowledged(transport: asyncio.WriteTransport) -> int:
    """Return the bytes in the kernel's send queue, as far as this system can tell."""
    count = bytearray(4)
    with suppress(OSError):
        fcntl.ioctl(transport.get_extra_info("socket").fileno(), termios.TIOCOUTQ, count)
    return int.from_bytes(count, sys.byteorder)


def watch(
    factory: Callable[[], asyncio.Protocol], connections: set[WatchedProtocol]
) -> Callable[[], WatchedProtocol]:
    """Return a factory of protocols that adds every open connection to the set."""
    return lambda: WatchedProtocol(factory(), connections)


async def abort_stalled(connections: set[WatchedProtocol], stall_seconds: float) -> None:
    """Abort, for ever, each connection that made no progress between two checks."""
    before: dict[WatchedProtocol, tuple[int, int]] = {}
    while True:
        await asyncio.sleep(stall_seconds)
        now = {connection: connection.progress for connection in connections}
        for connection, progress in now.items():
            if before.get(connection) == progress:
                connection.transport.abort()
        before = now
