"""Run real processes on this machine: the shop under hypercorn, and the simulator."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.fork_server import ForkedProcess, run_bookshop
from tests.log_watch import check_log

START_SECONDS = 30
KILL_SECONDS = 5
# below those that Linux gives to clients
FIRST_PORT, LAST_PORT, PORTS_PER_PROCESS = 20_000, 32_000, 1_000
SIMULATOR_SECRET = "whsec_test_simulator"


@dataclass(frozen=True)
class Process:
    """A running server and its address."""

    url: str
    process: "subprocess.Popen[bytes] | ForkedProcess"
    log: Path

    def kill(self) -> None:
        """Kill it and all processes that it started, and wait until its port is free."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        deadline = time.monotonic() + KILL_SECONDS
        while is_answered(self.url):
            assert time.monotonic() < deadline, f"{self.url} outlived its death"
            time.sleep(0.01)


def free_port() -> int:
    """Return a free port of the loopback interface, after which another is free.

    None is returned again soon, nor by another process of tests: what is sent to a port after its test must
    not reach another test. The kernel gives none of them to other programs.
    """
    _, ports = reserve_ports()
    return next(port for port in ports if is_free(port) and is_free(port + 1))


@cache
def reserve_ports() -> tuple[socket.socket, Iterator[int]]:
    """Reserve ports by binding the first of them for UDP, until this process ends."""
    for first in range(FIRST_PORT, LAST_PORT, PORTS_PER_PROCESS):
        reservation = socket.socket(type=socket.SOCK_DGRAM)
        try:
            reservation.bind(("127.0.0.1", first))
        except OSError:
            reservation.close()
        else:
            return reservation, cycle(range(first, first + PORTS_PER_PROCESS, 2))
    raise AssertionError("Other processes have all ports for tests")


def is_free(port: int) -> bool:
    """Return whether a server could listen on this port."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def is_answered(url: str) -> bool:
    """Return whether a server listens at this address."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", urlsplit(url).port)) == 0


@contextmanager
def running(
    command: Sequence[str],
    port: int,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Iterator[Process]:
    """Run a server until the block ends; when the block begins, it has responded once."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **(env or {})},
            # a group of its own: hypercorn's workers outlive it when it is killed alone
            start_new_session=True,
        )
    with serving(Process(f"http://127.0.0.1:{port}", process, log)) as started:
        yield started


@contextmanager
def running_forked(
    port: int, log: Path, env: Mapping[str, str], function: Callable[..., None], *args: Any
) -> Iterator[Process]:
    """Run a server like `running`: a function in a process that has imported the shop before."""
    process = ForkedProcess(function, *args, env={**os.environ, **env}, output=log)
    with serving(Process(f"http://127.0.0.1:{port}", process, log)) as started:
        yield started


@contextmanager
def serving(started: Process) -> Iterator[Process]:
    """Wait for the first response of a server, and stop it when the block ends."""
    try:
        wait_for_answer(started)
        yield started
    finally:
        started.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            started.process.wait(10)
        started.kill()
        check_log(started.log)


def wait_for_answer(started: Process) -> None:
    """Wait until the server sends any response."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and started.process.poll() is None:
        asked = HTTPConnection(urlsplit(started.url).netloc, timeout=1)
        try:
            asked.request("GET", "/")
            asked.getresponse().read()
        except (OSError, HTTPException):
            time.sleep(0.02)
        else:
            return
        finally:
            asked.close()
    raise AssertionError(f"{started.url} did not start:\n{started.log.read_text()}")


@contextmanager
def running_simulator(log: Path, port: int, shop_port: int) -> Iterator[Process]:
    """Run the Stripe simulator as a process, with webhooks to the shop's port."""
    webhook = ["--webhook-url", f"http://127.0.0.1:{shop_port}/stripe/webhook"]
    command = ["simulator", "--port", str(port), *webhook, "--webhook-secret", SIMULATOR_SECRET]
    with running_forked(port, log, {}, run_bookshop, *command) as process:
        yield process


@contextmanager
def running_shop(
    log: Path, port: int, env: Mapping[str, str], folder: Path, workers: int = 1
) -> Iterator[Process]:
    """Run the shop under hypercorn as in the README, in a folder without a .env."""
    hypercorn = str(Path(sys.executable).with_name("hypercorn"))
    command = [hypercorn, "bookshop:create_app()", "--bind", f"127.0.0.1:{port}", "--workers", str(workers)]
    with running(command, port, log, env, folder) as process:
        yield process
