"""Serve applications on ports of this machine until the process is stopped."""

import asyncio
import signal
import socket
from contextlib import suppress
from typing import Any

import click
from hypercorn.asyncio import serve
from hypercorn.config import Config

from bookshop.server.listener import CannotListen, open_listener

STOP_SECONDS = 2
MAX_TRIES = 50


def open_ports(first: int, count: int) -> list[socket.socket]:
    """Listen on this many ports of this machine, one after the other; raises ClickException."""
    listeners: list[socket.socket] = []
    try:
        listeners.extend(open_listener(f"127.0.0.1:{port}") for port in range(first, first + count))
    except CannotListen as problem:
        for listener in listeners:
            listener.close()
        raise click.ClickException(str(problem)) from None
    return listeners


def open_free_ports(first: int, count: int) -> list[socket.socket]:
    """Listen on the next free ports, counted from `first`; raises ClickException."""
    for port in range(first, first + MAX_TRIES * count, count):
        if any(map(is_answered, range(port, port + count))):
            continue
        with suppress(click.ClickException):
            return open_ports(port, count)
    return open_ports(first, count)


def is_answered(port: int) -> bool:
    """Return whether a program listens on the port, on any address of `localhost`."""
    # macOS lets a program bind a port of one address that another has on all of them
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        with suppress(OSError), socket.socket(family) as probe:
            if probe.connect_ex((host, port)) == 0:
                return True
    return False


async def serve_until_stopped(*servers: tuple[Any, socket.socket]) -> None:
    """Serve each application on its listening socket until SIGINT or SIGTERM."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await asyncio.gather(*(serve_on(listener, app, stopped) for app, listener in servers))


async def serve_on(listener: socket.socket, app: Any, stopped: asyncio.Event) -> None:
    config = Config()
    config.bind = [f"fd://{listener.detach()}"]
    config.graceful_timeout = STOP_SECONDS
    await serve(app, config, shutdown_trigger=stopped.wait)
