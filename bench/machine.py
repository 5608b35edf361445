"""This machine: its cores, and the CPU and memory of the processes on it."""

import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.processes import Process, running

TICK_US = 1_000_000 / os.sysconf("SC_CLK_TCK")
ROOT = str(Path(__file__).parents[1])
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, LOAD_CORE = CORES[0], CORES[-1]


def pin(command: Sequence[str], core: int) -> list[str]:
    """Pin a command to one core, where there are several and taskset is installed."""
    if len(CORES) == 1 or not shutil.which("taskset"):
        return list(command)
    return ["taskset", "-c", str(core), *command]


def move_to_load_core() -> None:
    """Keep this process, which sends and measures, off the server's core."""
    if sys.platform == "linux":
        os.sched_setaffinity(0, {LOAD_CORE})


@dataclass(frozen=True)
class Server:
    """A running server and its processes."""

    process: Process

    @property
    def url(self) -> str:
        return self.process.url

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def cpu_us(self) -> float:
        """Return the CPU time of all its processes so far, in microseconds."""
        # user and system time are the fields 14 and 15; the name, field 2, may contain spaces
        stats = [stat.rpartition(")")[2].split() for stat in self._read("stat")]
        return sum(int(fields[11]) + int(fields[12]) for fields in stats) * TICK_US

    def memory_mb(self) -> float:
        """Return the memory of its largest process, the worker."""
        pages = [int(statm.split()[1]) for statm in self._read("statm")]
        return max(pages) * os.sysconf("SC_PAGE_SIZE") / 1_000_000

    def _read(self, name: str) -> Iterator[str]:
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if os.getpgid(int(folder.name)) == self.process.process.pid:
                    yield (folder / name).read_text()
            except OSError:
                continue


@contextmanager
def serving(
    command: Sequence[str], folder: Path, env: Mapping[str, str], port: int, core: int = SERVER_CORE
) -> Iterator[Server]:
    """Run a server on a core until the block ends."""
    log = folder / f"{port}.log"
    environment = {"PYTHONPATH": os.pathsep.join([ROOT, os.environ.get("PYTHONPATH", "")]), **env}
    with running(pin(command, core), port, log, environment, folder) as process:
        yield Server(process)
