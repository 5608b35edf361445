"""`bookshop serve`: listen on an address, and keep workers running behind it.

SIGHUP starts new workers, with the code and the settings of that moment; each replaces an old one once it is
ready. SIGTERM and SIGINT stop the shop after the requests in progress. The supervisor imports very little, so
that its workers, not it, hold the shop in memory.
"""

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from bookshop.server.listener import CannotListen, open_listener
from bookshop.server.systemd import feed_watchdog, notify

# for the requests in progress when a worker stops
SHUTDOWN_SECONDS = 10
RETRY_SECONDS = 1.0
# glibc then returns more of the memory that rendering and compressing need for a moment: 2 MB of each worker
MALLOC_SETTINGS = {"MALLOC_ARENA_MAX": "1", "MALLOC_TRIM_THRESHOLD_": "65536"}


@dataclass(eq=False)
class Worker:
    """A process that serves, and our end of its control socket."""

    process: Process
    control_socket: socket.socket


@dataclass
class Supervisor:
    """Keeps `worker_count` workers running behind a listening socket."""

    listener: socket.socket
    worker_count: int
    workers: set[Worker] = field(default_factory=set)
    # one start at a time: a worker needs a whole core while it starts
    start_lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    reload_requested: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> int:
        """Serve until a signal stops it; return the exit status."""
        stopped = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stopped.set)
        loop.add_signal_handler(signal.SIGHUP, self.reload)
        try:
            watchdog = feed_watchdog(self.listener.getsockname())
            status = await race(stopped.wait(), self.keep_workers(), watchdog)
            return 0 if stopped.is_set() else int(status)
        finally:
            notify("STOPPING=1")
            await self.stop_workers()

    async def keep_workers(self) -> int:
        """Keep all workers running; return only if the first one cannot start, with its exit status."""
        first = await self.start_worker()
        if isinstance(first, int):
            return first
        notify("READY=1")
        others = (self.keep_worker() for _ in range(1, self.worker_count))
        await asyncio.gather(self.keep_worker(first), *others)
        raise AssertionError("unreachable")

    async def keep_worker(self, worker: Worker | None = None) -> None:
        """Replace one worker whenever it has ended or a reload is requested."""
        reload_requested = self.reload_requested
        while True:
            if worker:
                await race(worker.process.wait(), reload_requested.wait())
            reload_requested = self.reload_requested
            new_worker = await self.start_worker()
            if isinstance(new_worker, Worker):
                if worker:
                    worker.control_socket.close()
                worker = new_worker
            else:
                click.echo("bookshop: a new worker did not start", err=True)
                await asyncio.sleep(RETRY_SECONDS)

    async def start_worker(self) -> Worker | int:
        """Start a worker and wait until it is ready, or return the exit status of one that fails."""
        async with self.start_lock:
            control_socket, worker_socket = socket.socketpair()
            control_socket.setblocking(False)
            with worker_socket:
                process = await self.start_process(worker_socket)
            worker = Worker(process, control_socket)
            self.workers = {worker, *(other for other in self.workers if other.process.returncode is None)}
            if await asyncio.get_running_loop().sock_recv(control_socket, 1):
                click.echo(f"bookshop: worker {process.pid} is ready", err=True)
                return worker
            control_socket.close()
            return await process.wait() or 1

    async def start_process(self, worker_socket: socket.socket) -> Process:
        """Start a worker's process, with its socket as standard input."""
        listener = self.listener.fileno()
        options = ["-OO"] if sys.flags.optimize else []
        command = [find_python(), *options, "-m", "bookshop.server.worker", str(listener)]
        if not self.workers:
            command.append("--first")
        return await asyncio.create_subprocess_exec(
            *command,
            stdin=worker_socket.fileno(),
            pass_fds=[listener],
            env={**MALLOC_SETTINGS, **os.environ},
        )

    def reload(self) -> None:
        """Request the replacement of every worker."""
        self.reload_requested.set()
        self.reload_requested = asyncio.Event()

    async def stop_workers(self) -> None:
        """Stop every worker, also those that have been replaced and are draining."""
        for worker in self.workers:
            # it may have ended already
            with suppress(ProcessLookupError):
                worker.process.terminate()
        ends = [asyncio.ensure_future(worker.process.wait()) for worker in self.workers]
        if ends:
            _, late = await asyncio.wait(ends, timeout=SHUTDOWN_SECONDS + 1)
            for worker in self.workers if late else ():
                with suppress(ProcessLookupError):
                    worker.process.kill()


def serve(bind: str, worker_count: int) -> int:
    """Serve the shop until a signal stops it; return the exit status."""
    try:
        listener = open_listener(bind)
    except CannotListen as problem:
        sys.exit(f"bookshop: {problem}")
    with listener:
        return asyncio.run(Supervisor(listener, worker_count).run())


def find_python() -> str:
    """Return the interpreter of the version that is installed now.

    A link may lead to its folder, which an update switches. A worker has the folder itself, so that what it
    imports or reads late is of the version that it began with.
    """
    python = Path(sys.executable)
    return str(python.parent.resolve() / python.name)


async def race(*coroutines: Coroutine[Any, Any, Any]) -> Any:
    """Return the result of the coroutine that ends first, and cancel the others."""
    tasks = [asyncio.ensure_future(coroutine) for coroutine in coroutines]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return next(iter(done)).result()
