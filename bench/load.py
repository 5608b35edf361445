"""Load from wrk, on the core that is not the server's."""

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.machine import LOAD_CORE, Server, pinned

CONNECTIONS = 32
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True)
class Sample:
    """What one burst of requests found."""

    requests: int
    rate: float
    p50_ms: float
    p99_ms: float
    cpu_us: float


def require_wrk() -> None:
    """End the run with one line where there is no wrk."""
    if not shutil.which("wrk"):
        sys.exit("bench: wrk is needed for load; on Debian: apt-get install wrk")


def burst(
    server: Server, path: str, seconds: float, headers: Mapping[str, str], script: Path | None = None
) -> Sample:
    """As many requests as the server can answer for some seconds."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", "--latency"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    if script:
        command += ["-s", str(script)]
    before = server.cpu_us()
    said = subprocess.run(
        pinned([*command, server.url + path], LOAD_CORE), capture_output=True, text=True, check=True
    ).stdout
    used = server.cpu_us() - before
    if re.search(r"Non-2xx|Socket errors: connect [1-9]|read [1-9]", said):
        sys.exit(
            f"bench: {path} did not answer as it should:\n{said}\n{server.process.log.read_text()[-2000:]}"
        )
    requests = int(find(r"(\d+) requests in", said))
    return Sample(
        requests,
        float(find(r"Requests/sec:\s+([\d.]+)", said)),
        milliseconds(find(r"\n +50% +(\S+)", said)),
        milliseconds(find(r"\n +99% +(\S+)", said)),
        used / max(1, requests),
    )


def find(pattern: str, text: str) -> str:
    """What stands at a place of wrk's report."""
    found = re.search(pattern, text)
    if not found:
        sys.exit(f"bench: wrk said something else than expected:\n{text}")
    return found[1]


def milliseconds(text: str) -> float:
    """A time as wrk writes it."""
    number, unit = re.fullmatch(r"([\d.]+)(\w+)", text).groups()  # type: ignore[union-attr]  # it always is one
    return float(number) * UNITS[unit]


def middle(samples: list[Sample]) -> Sample:
    """The median of each figure."""
    return Sample(
        sum(s.requests for s in samples),
        *(median(getattr(s, name) for s in samples) for name in ("rate", "p50_ms", "p99_ms", "cpu_us")),
    )
