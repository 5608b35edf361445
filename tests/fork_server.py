"""Run functions and commands in forks of one process that has imported the shop.

Importing takes most of a short process's time. `tests/server` and some tests of commands start the real one.
"""

import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from bookshop.cli import main

RUN_SECONDS = 60
server = multiprocessing.get_context("forkserver")
server.set_forkserver_preload(["tests.preloaded"])


class ForkedProcess:
    """A process that calls a function; the same methods as those of `subprocess.Popen`."""

    def __init__(self, function: Callable[..., None], *args: Any, **surroundings: Any) -> None:
        self._process = server.Process(target=call, args=(surroundings, function, *args))
        self._process.start()
        assert self._process.pid
        self.pid = self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("a forked process", timeout or 0)
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            # it may die at this very moment
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def call(surroundings: dict[str, Any], function: Callable[..., None], *args: Any) -> None:
    """Call a function in a new process as if that had been started for it."""
    surround(**surroundings)
    function(*args)


def surround(
    env: Mapping[str, str], output: Path, errors: Path | None = None, folder: Path | None = None
) -> None:
    """Give this process a session, an environment, files to write to, and a folder."""
    os.setsid()
    for stream, path in ((sys.stdout, output), (sys.stderr, errors or output)):
        assert isinstance(stream, TextIOWrapper)
        stream.flush()
        with path.open("ab") as file:
            os.dup2(file.fileno(), stream.fileno())
        stream.reconfigure(line_buffering=True)
    if folder:
        os.chdir(folder)
    os.environ.clear()
    os.environ.update(env)


def run_bookshop(*arguments: str) -> None:
    """Be the command `bookshop` with these arguments."""
    main(arguments, prog_name="bookshop")


def run_command(
    arguments: Sequence[str], folder: Path, env: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a command of the shop in a folder, to its end."""
    with tempfile.TemporaryDirectory() as files:
        output, errors = Path(files, "output"), Path(files, "errors")
        process = ForkedProcess(
            run_bookshop, *arguments, env=env, output=output, errors=errors, folder=folder
        )
        code = process.wait(RUN_SECONDS)
        return subprocess.CompletedProcess(arguments, code, output.read_text(), errors.read_text())
