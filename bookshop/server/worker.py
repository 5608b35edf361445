"""One process that serves the shop, with what was measured to matter (docs/performance.md).

`bookshop serve` starts it as python -m bookshop.server.worker; it is not for the keyboard.
"""

import asyncio
import gc
import signal
import socket
import sys
from collections.abc import Callable, Coroutine
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import click
from hypercorn.app_wrappers import ASGIWrapper
from hypercorn.asyncio.worker_context import WorkerContext
from hypercorn.config import Config

from bookshop.server.connection import Connection
from bookshop.server.supervisor import BACKLOG, SHUTDOWN_SECONDS, first

if TYPE_CHECKING:
    from bookshop.app import Shop

# libraries load these for httpx's own command and for stripe's other ways to ask, which a shop does not use:
# 80 ms of the start and 8 MB
UNUSED = ("httpx._main", "requests")
# more than the 60 seconds after which nginx lets go of an idle connection: whoever closes first cannot be
# asked something at that moment; and a shopper who waits, asking every 30 seconds, needs no new connection
KEEP_ALIVE_SECONDS = 75
# a proxy sends everybody over a few connections: a new one each thousand requests is for nobody's good
KEEP_ALIVE_REQUESTS = 100_000
# whoever was accepted a moment ago must be known before we count who is still here
MOMENT = 0.1


class ServerConfig(Config):
    """Hypercorn's settings, and a word to every client when the worker leaves."""

    keep_alive_timeout: float = KEEP_ALIVE_SECONDS
    keep_alive_max_requests = KEEP_ALIVE_REQUESTS
    # who serves is nobody's business
    include_server_header = False
    is_leaving = False

    def response_headers(self, protocol: str) -> list[tuple[bytes, bytes]]:
        headers = super().response_headers(protocol)
        if self.is_leaving:
            headers.append((b"connection", b"close"))
        return headers


class Worker:
    """Serves one shop at a door that it shares with others."""

    def __init__(self, shop: "Shop", config: ServerConfig) -> None:
        self.shop, self.config = shop, config
        self.app = ASGIWrapper(shop)
        self.context = WorkerContext(None)
        self.connections: dict[asyncio.Task[None], Connection] = {}
        self.stopped = asyncio.Event()

    async def serve(self, door: socket.socket, line: socket.socket) -> None:
        """Serve until told to stop, or until the line to the parent ends and the last shopper has left."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self.stopped.set)
        await self.shop.startup()
        server = await asyncio.start_server(self.greet, sock=door, backlog=BACKLOG)
        # what start-up made lives as long as we do: collections that skip it take a fifth of the time at p99
        gc.collect()
        gc.freeze()
        await loop.sock_sendall(line, b"!")
        await self.until_stopped(loop.sock_recv(line, 1))
        await close_softly(server)
        self.config.is_leaving = True
        await self.until_stopped(self.wait_for_last())
        await self.context.terminated.set()
        for connection in self.connections.values():
            connection.close_if_idle()
        if self.connections:
            await asyncio.wait(self.connections, timeout=SHUTDOWN_SECONDS)
        await self.shop.shutdown()

    def greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        loop = asyncio.get_running_loop()
        connection = Connection(self.app, loop, self.config, self.context, {}, reader, writer)
        task = loop.create_task(connection.run())
        self.connections[task] = connection
        task.add_done_callback(self.connections.pop)

    async def until_stopped(self, wait: Coroutine[Any, Any, Any]) -> None:
        """Wait for this, or only until the worker is told to stop."""
        await first(self.stopped.wait(), wait)

    async def wait_for_last(self) -> None:
        """Until the last connection has ended: after its next answer, or when it has been idle for long."""
        await asyncio.sleep(MOMENT)
        while self.connections:
            await asyncio.wait(self.connections)


async def close_softly(server: asyncio.Server) -> None:
    """Stop accepting, and let whoever was accepted in this very moment in."""
    for listening in server.sockets:
        # asyncio forgets connections that it accepted just before it closes; uvloop has nothing to remove
        asyncio.get_running_loop().remove_reader(listening)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    server.close()


@click.command()
@click.argument("door", type=int)
@click.option("--access-log")
def main(door: int, access_log: str | None) -> None:
    """Serve at the socket of this number until standard input ends."""
    # Ctrl-C reaches the whole group: the parent tells us
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.modules.update(dict.fromkeys(UNUSED))  # type: ignore[arg-type]  # None: not to be found
    from bookshop.app import create_app

    config = ServerConfig()
    config.accesslog = access_log
    run(Worker(create_app(), config), socket.socket(fileno=door), socket.socket(fileno=0))


def run(worker: Worker, door: socket.socket, line: socket.socket) -> None:
    """Let a worker serve at the door until the line ends."""
    line.setblocking(False)
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(worker.serve(door, line))


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """A tenth more requests a second where uvloop is installed."""
    if not find_spec("uvloop"):
        return None
    import uvloop

    return uvloop.new_event_loop


if __name__ == "__main__":
    main()
