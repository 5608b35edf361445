"""Load from wrk, on another core than the server's."""

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.machine import LOAD_CORE, Server, pin

CONNECTIONS = 32
UNITS_MS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True)
class LoadSample:
    """The result of one burst of requests."""

    requests: int
    rate: float
    p50_ms: float
    p99_ms: float
    cpu_us: float


def require_wrk() -> None:
    """Exit with one line if wrk is not installed."""
    if not shutil.which("wrk"):
        sys.exit("bench: wrk is not installed. On Debian: apt-get install wrk")


def burst(
    server: Server, path: str, seconds: float, headers: Mapping[str, str], script: Path | None = None
) -> LoadSample:
    """Send as many requests as the server can handle, for some seconds."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", "--latency"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    if script:
        command += ["-s", str(script)]
    before = server.cpu_us()
    report = subprocess.run(
        pin([*command, server.url + path], LOAD_CORE), capture_output=True, text=True, check=True
    ).stdout
    used = server.cpu_us() - before
    if re.search(r"Non-2xx|Socket errors: connect [1-9]|read [1-9]", report):
        sys.exit(f"bench: {path} had failed requests:\n{report}\n{server.process.log.read_text()[-2000:]}")
    requests = int(find(r"(\d+) requests in", report))
    return LoadSample(
        requests,
        float(find(r"Requests/sec:\s+([\d.]+)", report)),
        parse_ms(find(r"\n +50% +(\S+)", report)),
        parse_ms(find(r"\n +99% +(\S+)", report)),
        used / max(1, requests),
    )


def find(pattern: str, text: str) -> str:
    """Return the group of a pattern in wrk's report."""
    found = re.search(pattern, text)
    if not found:
        sys.exit(f"bench: the report of wrk has an unknown format:\n{text}")
    return found[1]


def parse_ms(text: str) -> float:
    """Parse a time of wrk's, such as 1.20ms, into milliseconds."""
    number, unit = re.fullmatch(r"([\d.]+)(\w+)", text).groups()  # type: ignore[union-attr]  # wrk always writes one
    return float(number) * UNITS_MS[unit]


def median_sample(samples: list[LoadSample]) -> LoadSample:
    """Return the median of each figure, and the sum of the requests."""
    return LoadSample(
        sum(s.requests for s in samples),
        *(median(getattr(s, name) for s in samples) for name in ("rate", "p50_ms", "p99_ms", "cpu_us")),
    )
