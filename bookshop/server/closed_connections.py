"""Close a connection as soon as its client has closed it.

Hypercorn 0.18 keeps such a connection for as long as one may be idle, with 13 kB and a file descriptor. It
keeps one for ever that has a response over HTTP/2 in progress, or a body that the application has not read.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import hypercorn.asyncio.run
import hypercorn.asyncio.tcp_server
from hypercorn.asyncio.task_group import TaskGroup
from hypercorn.asyncio.tcp_server import TCPServer
from hypercorn.events import Closed, Event, Updated
from hypercorn.protocol.h2 import H2Protocol
from hypercorn.typing import ASGIReceiveEvent


class Connection(TCPServer):
    """A connection that ends with the last response to what its client has sent."""

    has_everything = False

    async def _read_data(self) -> None:
        await super()._read_data()
        self.has_everything = True
        if isinstance(self.protocol.protocol, H2Protocol):
            # it sends nothing more, but responses wait for their turn
            for buffer in self.protocol.protocol.stream_buffers.values():
                await buffer.close()
        await self.idle_task.stop()

    async def protocol_send(self, event: Event) -> None:
        is_last = self.has_everything and isinstance(event, Updated)
        await super().protocol_send(Closed() if is_last else event)


class ConnectionTasks(TaskGroup):
    """The tasks of a connection, of which none waits for an application that has responded."""

    async def spawn_app(self, *args: Any) -> Callable[[ASGIReceiveEvent], Awaitable[None]]:
        put = await super().spawn_app(*args)
        unread: asyncio.Queue[ASGIReceiveEvent] = put.__self__  # type: ignore[attr-defined]  # it is the queue's

        async def put_event(event: ASGIReceiveEvent) -> None:
            if event["type"] == "http.disconnect" and unread.full():
                while not unread.empty():
                    unread.get_nowait()
            await put(event)

        return put_event


def close_with_clients() -> None:
    """Let hypercorn use such connections from now on."""
    # it offers no other way
    hypercorn.asyncio.run.TCPServer = Connection  # type: ignore[attr-defined]
    hypercorn.asyncio.tcp_server.TaskGroup = ConnectionTasks  # type: ignore[attr-defined]
