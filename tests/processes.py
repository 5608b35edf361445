"""Real processes on this machine: the shop under hypercorn, the simulator, PostgreSQL."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

START_SECONDS = 30
KILL_SECONDS = 5
SIMULATOR_SECRET = "whsec_test_simulator"


@dataclass(frozen=True)
class Process:
    """A server of ours and where it answers."""

    url: str
    process: "subprocess.Popen[bytes]"
    log: Path

    def kill(self) -> None:
        """End it and all that it started as a power cut would; nobody answers for it any more."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        deadline = time.monotonic() + KILL_SECONDS
        while is_answered(self.url):
            assert time.monotonic() < deadline, f"{self.url} outlived its death"
            time.sleep(0.01)


def free_port() -> int:
    """A port of the loopback that nobody uses, nor the one after it.

    It is none of those that the kernel gives to whoever asks for any, so that nobody gets it meanwhile.
    """
    while True:
        port = secrets.randbelow(6_000) * 2 + 20_000
        if is_free(port) and is_free(port + 1):
            return port


def is_free(port: int) -> bool:
    """Whether a server could have this port."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def is_answered(url: str) -> bool:
    """Whether anybody listens at this address."""
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
    """Run a server until the block ends; it has answered once when the block begins."""
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
    started = Process(f"http://127.0.0.1:{port}", process, log)
    try:
        wait_for_answer(started)
        yield started
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        started.kill()


def wait_for_answer(started: Process) -> None:
    """Wait until the server answers anything at all."""
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
    """The Stripe simulator as a process of its own, its webhooks going to the shop's port."""
    command = [sys.executable, "-m", "bookshop", "simulator", "--port", str(port)]
    webhook = ["--webhook-url", f"http://127.0.0.1:{shop_port}/stripe/webhook"]
    with running([*command, *webhook, "--webhook-secret", SIMULATOR_SECRET], port, log) as process:
        yield process


@contextmanager
def running_shop(
    log: Path, port: int, env: Mapping[str, str], folder: Path, workers: int = 1
) -> Iterator[Process]:
    """The shop under hypercorn, as its README says, in a folder without a .env of ours."""
    hypercorn = str(Path(sys.executable).with_name("hypercorn"))
    command = [hypercorn, "bookshop:create_app()", "--bind", f"127.0.0.1:{port}", "--workers", str(workers)]
    with running(command, port, log, env, folder) as process:
        yield process
