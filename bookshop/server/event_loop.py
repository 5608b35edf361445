"""The event loop of a worker, which knows its connections and can stop accepting new ones."""

import asyncio
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from bookshop.server.stalled_connections import WatchedProtocol, watch


class ServerRegistry:
    """Event loop mixin that remembers its servers, for `stop_accepting`, and connections.

    Hypercorn closes idle connections as soon as it shuts down. A connection that it has accepted a moment
    before is idle too, although its request is on its way.
    """

    def __init__(self) -> None:
        super().__init__()
        self.servers: list[asyncio.Server] = []
        self.connections: set[WatchedProtocol] = set()

    async def create_server(self, *args: Any, **kwargs: Any) -> asyncio.Server:
        protocol_factory, *others = args
        factory = watch(protocol_factory, self.connections)
        server: asyncio.Server = await super().create_server(factory, *others, **kwargs)  # type: ignore[misc]  # the loop's
        self.servers.append(server)
        return server


class AsyncioLoop(ServerRegistry, asyncio.SelectorEventLoop):
    """asyncio's event loop with its servers."""


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    """Return the event loop's class; uvloop serves a tenth more requests a second."""
    if not find_spec("uvloop"):
        return AsyncioLoop
    import uvloop

    class UvloopLoop(ServerRegistry, uvloop.Loop):  # type: ignore[misc]  # its stubs differ from asyncio's
        """uvloop's event loop with its servers."""

    return UvloopLoop


async def stop_accepting() -> None:
    """Close the running loop's listening sockets, and keep the connections."""
    loop = asyncio.get_running_loop()
    for server in loop.servers if isinstance(loop, ServerRegistry) else ():
        for listener in server.sockets:
            # asyncio drops connections that it accepts in the turn before `close`; uvloop does not
            loop.remove_reader(listener)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        server.close()
