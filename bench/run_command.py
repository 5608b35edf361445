"""Run a command of the shop as a process of its own, and see what it takes."""

import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.builders import ENVIRONMENT
from tests.postgres_programs import POSTGRES_PROGRAMS

POLL_SECONDS = 0.02


@dataclass(frozen=True)
class CommandRun:
    """What a command took: the memory, in bytes, is the most that its process had."""

    status: int
    seconds: float
    memory: int
    output: bytes

    def __str__(self) -> str:
        return f"{self.seconds:.1f} s, {self.memory / 1_000_000:.0f} MB at most"


def run_command(settings: dict[str, str], *arguments: str) -> CommandRun:
    """Run `bookshop` with these arguments and settings."""
    path = os.pathsep.join((os.environ["PATH"], *POSTGRES_PROGRAMS))
    command = [sys.executable, "-m", "bookshop", *arguments]
    began, memory = time.perf_counter(), 0
    with (
        tempfile.TemporaryFile() as output,
        subprocess.Popen(
            command, env={**os.environ, **ENVIRONMENT, "PATH": path, **settings}, stdout=output
        ) as process,
    ):
        while process.poll() is None:
            memory = max(memory, read_peak(process.pid))
            time.sleep(POLL_SECONDS)
        seconds = time.perf_counter() - began
        output.seek(0)
        return CommandRun(process.returncode, seconds, memory, output.read())


def read_peak(pid: int) -> int:
    """Return the most bytes that a process has had in memory; 0 if it has ended."""
    # the usage that `wait` returns begins with the memory of the process that started it
    with suppress(FileNotFoundError, ProcessLookupError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0
