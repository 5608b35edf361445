"""A shopper's connection as hypercorn serves it, without what measuring showed to cost a third of an answer.

Hypercorn starts a task for the idle time after every answer, writes head and body apart, and keeps whatever
connection a client has closed until the idle time is over.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from hypercorn.asyncio.tcp_server import TCPServer
from hypercorn.events import Closed, Event, RawData

# more than this is not collected but written, and waited for until the client has read enough
MOST_PENDING = 64 * 1024


class Connection(TCPServer):
    """Collects what is written in one turn of the loop, and looks at the clock only when it may be late."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.idle_task: IdleTimer = IdleTimer(self)  # type: ignore[assignment]  # the same two methods
        self.pending: list[bytes] = []

    @property
    def is_over(self) -> bool:
        """Whether nobody will ask anything more here."""
        return self.reader.at_eof() or self.context.terminated.is_set()

    def close_if_idle(self) -> None:
        """Close at once, unless an answer is on its way."""
        if self.idle_task.since is not None:
            self.end()

    def end(self) -> None:
        """Close; whoever reads here sees the end, and that ends the connection's task."""
        self.writer.close()

    async def protocol_send(self, event: Event) -> None:
        if not isinstance(event, RawData):
            await super().protocol_send(event)
        elif event.data:
            if not self.pending:
                self.loop.call_soon(self.flush)
            self.pending.append(event.data)
            if len(event.data) > MOST_PENDING:
                self.flush()
                await self.drain()

    def flush(self) -> None:
        """Write what was collected."""
        data, self.pending = b"".join(self.pending), []
        if data:
            self.writer.write(data)

    async def drain(self) -> None:
        """Wait until the client has read enough."""
        try:
            await self.writer.drain()
        except (ConnectionError, RuntimeError):
            await self.protocol.handle(Closed())

    async def _close(self) -> None:
        self.flush()
        self.idle_task.cancel()
        await super()._close()


class IdleTimer:
    """Closes a connection that has been idle for too long: one timer each, not one for every answer."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.patience = connection.config.keep_alive_timeout
        self.since: float | None = None
        self.timer: asyncio.TimerHandle | None = None

    async def restart(self, _: Any, __: Callable[[], Any]) -> None:
        """An answer was given, or the connection has just begun."""
        if self.connection.is_over:
            self.connection.end()
            return
        self.since = self.connection.loop.time()
        if self.timer is None:
            self.wait(self.patience)

    async def stop(self) -> None:
        """A request has come."""
        self.since = None

    def wait(self, seconds: float) -> None:
        self.timer = self.connection.loop.call_later(seconds, self.look)

    def look(self) -> None:
        """End the connection if it is late; else look again when it may be."""
        now = self.connection.loop.time()
        late = now if self.since is None else self.since
        if now - late >= self.patience:
            self.connection.end()
        else:
            self.wait(self.patience - (now - late))

    def cancel(self) -> None:
        if self.timer:
            self.timer.cancel()
