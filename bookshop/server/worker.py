"""A process that serves the shop; `bookshop serve` starts it.

It writes one byte to its control socket when it is ready. When that socket closes, another worker has taken
its place: it accepts no more connections, closes those it has after their next response, and exits.
"""

import asyncio
import gc
import logging
import signal
import socket
from functools import partial

import click
from hypercorn.asyncio import serve as serve_asgi
from hypercorn.config import Config
from hypercorn.typing import ASGIFramework

from bookshop.server.closed_connections import close_with_clients
from bookshop.server.event_loop import ServerRegistry, loop_factory, stop_accepting
from bookshop.server.lifecycle import Lifecycle
from bookshop.server.listener import BACKLOG
from bookshop.server.stalled_connections import STALL_SECONDS, abort_stalled
from bookshop.server.supervisor import SHUTDOWN_SECONDS, race

# longer than the longest delay between two polls of a receipt: a new connection for each costs a fifth of a
# poll (python -m bench --rows polls)
KEEP_ALIVE_SECONDS = 35
# a proxy must close its idle connections earlier, as docs/deploy/nginx.conf does
DRAIN_SECONDS = 6
# a proxy sends all its requests over a few connections
MAX_KEEP_ALIVE_REQUESTS = 100_000


@click.command()
@click.argument("listener", type=int)
@click.option("--first", "is_first", is_flag=True)
def main(listener: int, *, is_first: bool) -> None:
    """Serve on the socket with the number LISTENER; the control socket is standard input."""
    # Ctrl-C reaches the whole process group; the supervisor stops its workers with SIGTERM
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # what imports create stays: looking for garbage among it takes a tenth of the start
    gc.disable()
    from bookshop.app import create_app
    from bookshop.logs.configure import configure_logs
    from bookshop.server.check_start import exit_if_start_is_pointless, report_missing_owner
    from bookshop.settings import settings_or_exit

    settings = settings_or_exit()
    configure_logs(settings.log_format)
    exit_if_start_is_pointless(settings)
    if is_first:
        report_missing_owner(settings)
    run(create_app(settings), server_config(listener), socket.socket(fileno=0))


def server_config(listener: int) -> Config:
    """Return hypercorn's configuration for a worker on this listening socket."""
    config = Config()
    config.bind = [f"fd://{listener}"]
    config.backlog = BACKLOG
    config.keep_alive_timeout = KEEP_ALIVE_SECONDS
    config.keep_alive_max_requests = MAX_KEEP_ALIVE_REQUESTS
    config.graceful_timeout = SHUTDOWN_SECONDS
    config.include_server_header = False
    # its warnings are lines like the shop's own
    config.errorlog = logging.getLogger("hypercorn.error")
    return config


def run(app: ASGIFramework, config: Config, control_socket: socket.socket) -> None:
    """Serve an application until its control socket closes or SIGTERM arrives."""
    control_socket.setblocking(False)
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(serve(app, config, control_socket))


async def serve(
    app: ASGIFramework,
    config: Config,
    control_socket: socket.socket,
    drain_seconds: float = DRAIN_SECONDS,
    stall_seconds: float = STALL_SECONDS,
) -> None:
    """Serve an application in the running event loop."""
    close_with_clients()
    lifecycle = Lifecycle(app, on_started=lambda: report_ready(control_socket))
    trigger = partial(wait_for_shutdown, lifecycle, control_socket, drain_seconds)
    serving = serve_asgi(lifecycle, config, shutdown_trigger=trigger)
    loop = asyncio.get_running_loop()
    connections = loop.connections if isinstance(loop, ServerRegistry) else set()
    await race(serving, abort_stalled(connections, stall_seconds))


def report_ready(control_socket: socket.socket) -> None:
    """Write the byte that lets the supervisor replace the old worker."""
    # what start-up has created lives as long as the process: collections that skip it cut p99 to a fifth;
    # of its 200,000 objects, 800 are garbage, which take 0.1 s to find
    gc.freeze()
    gc.enable()
    control_socket.send(b"!")


async def wait_for_shutdown(
    lifecycle: Lifecycle, control_socket: socket.socket, drain_seconds: float
) -> None:
    """Return on SIGTERM, or after draining when the control socket closes."""
    loop = asyncio.get_running_loop()
    terminated = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, terminated.set)
    await race(terminated.wait(), loop.sock_recv(control_socket, 1))
    lifecycle.is_draining = True
    await stop_accepting()
    await race(terminated.wait(), asyncio.sleep(drain_seconds))
    # from Python 3.12 on, hypercorn waits for a request that never ends beyond its graceful_timeout
    signal.alarm(SHUTDOWN_SECONDS + 1)


if __name__ == "__main__":
    main()
