"""Serve the shop: a parent that holds the door open, and workers behind it.

SIGHUP puts a new worker, with the code and the settings of that moment, into each place before the old one
leaves it; nobody at the door notices. SIGTERM and SIGINT end the shop when every answer begun is given.
The parent imports next to nothing: its workers, not it, hold the shop.
"""

import asyncio
import signal
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import click
from hypercorn.config import Config

# shoppers who come while every worker is busy, or none is there yet, wait here instead of being sent away
BACKLOG = 2048
# a worker may take this long for the answers that it has begun
SHUTDOWN_SECONDS = 10
PAUSE_AFTER_FAILURE = 1.0


@dataclass(eq=False)
class Worker:
    """A process that serves. It says a byte on the line when it is ready; when the line ends, it leaves."""

    process: Process
    line: socket.socket


@dataclass
class Parent:
    """Keeps a number of places behind the door filled."""

    door: socket.socket
    places: int
    options: tuple[str, ...]
    workers: set[Worker] = field(default_factory=set)
    # one new worker at a time: they are heavy while they start
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    renewal: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self) -> int:
        """Serve until told to stop; answers the exit status."""
        stopped = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stopped.set)
        loop.add_signal_handler(signal.SIGHUP, self.renew)
        try:
            status = await first(stopped.wait(), self.keep_places())
            return 0 if stopped.is_set() else int(status)
        finally:
            await self.dismiss()

    async def keep_places(self) -> int:
        """Fill every place and keep it filled; answers only when not even the first worker could start."""
        first = await self.start_worker()
        if isinstance(first, int):
            return first
        await asyncio.gather(self.keep_place(first), *(self.keep_place() for _ in range(1, self.places)))
        raise AssertionError("unreachable")

    async def keep_place(self, worker: Worker | None = None) -> None:
        """Put a new worker into this place whenever the one in it has ended or shall be renewed."""
        renewal = self.renewal
        while True:
            if worker:
                await first(worker.process.wait(), renewal.wait())
            renewal = self.renewal
            fresh = await self.start_worker()
            if isinstance(fresh, Worker):
                if worker:
                    worker.line.close()
                worker = fresh
            else:
                click.echo("bookshop: a new worker did not start", err=True)
                await asyncio.sleep(PAUSE_AFTER_FAILURE)

    async def start_worker(self) -> Worker | int:
        """A worker that is ready, or the exit status of one that could not start."""
        async with self.turn:
            line, theirs = socket.socketpair()
            line.setblocking(False)
            with theirs:
                command = (
                    sys.executable,
                    "-m",
                    "bookshop.server.worker",
                    str(self.door.fileno()),
                    *self.options,
                )
                process = await asyncio.create_subprocess_exec(
                    *command, stdin=theirs.fileno(), pass_fds=[self.door.fileno()]
                )
            worker = Worker(process, line)
            self.workers = {worker, *(one for one in self.workers if one.process.returncode is None)}
            if await asyncio.get_running_loop().sock_recv(line, 1):
                click.echo(f"bookshop: worker {process.pid} serves", err=True)
                return worker
            line.close()
            return await process.wait() or 1

    def renew(self) -> None:
        """Ask every place for a new worker."""
        self.renewal.set()
        self.renewal = asyncio.Event()

    async def dismiss(self) -> None:
        """End every worker, those that are leaving too."""
        for worker in self.workers:
            # one that has ended already is nobody to tell
            with suppress(ProcessLookupError):
                worker.process.terminate()
        ends = [asyncio.ensure_future(worker.process.wait()) for worker in self.workers]
        if ends:
            _, late = await asyncio.wait(ends, timeout=SHUTDOWN_SECONDS + PAUSE_AFTER_FAILURE)
            for worker in self.workers if late else ():
                with suppress(ProcessLookupError):
                    worker.process.kill()


def serve(bind: str, workers: int, access_log: str) -> int:
    """Serve until told to stop; answers the exit status."""
    try:
        door = open_door(bind)
    except (OSError, ValueError) as problem:
        sys.exit(f"bookshop: cannot listen on {bind}: {problem}")
    with door:
        options = ("--access-log", access_log) if access_log else ()
        return asyncio.run(Parent(door, workers, options).serve())


def open_door(bind: str) -> socket.socket:
    """A socket that listens on host:port, unix:path, or fd://number if it is open already."""
    config = Config()
    config.bind = [bind]
    door = config.create_sockets().insecure_sockets[0]
    door.listen(BACKLOG)
    return door


async def first(*waits: Coroutine[Any, Any, Any]) -> Any:
    """What the first of them to end answers; the others are given up."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return next(iter(done)).result()
