"""Fail a test if it, or a server that it starts, logs anything secret or personal."""

import logging
import re
from collections.abc import Generator
from pathlib import Path

import pytest

from bookshop.logs.line_format import PlainFormat
from bookshop.logs.request_log import RequestLine, plain_line, sinks

# the people, streets and keys of all tests
PRIVATE = re.compile(
    "|".join(
        (
            r"\b(?:sk|rk)_(?:test|live)_\w+",
            r"\bwhsec_\w+",
            r"a secret for tests only",
            r"_secret_\w+",
            # a token of an order or a session: 16 or 32 bytes
            r"(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*\d)(?:[\w-]{22}|[\w-]{43})(?![\w-])",
            r"\btoken\d{17}\b",
            # a cookie that the shop has signed
            r"\beyJ[\w-]+\.",
            r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
            r"\b(?:Ada|Lovelace|Byron|Reader|Kimura|Haddad|Lund|Fischer|Moreau|Roe)\b",
            r"\b(?:Mei|Ana|Noor)\b",
            r"\bExample Walk\b|\bBook Street\b",
            r"\+\d{1,3}[ -]?\d[\d -]{6,}\d",
        )
    )
)
# `bookshop demo` prints the link to its office on the terminal
MEANT_FOR_A_TERMINAL = "Its office: "


class LogWatch(logging.Handler):
    """Collects what this process logs as a worker would write it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(PlainFormat())
        self.lines: list[str] = []

    def add_request(self, line: RequestLine) -> None:
        self.lines.append(plain_line(line))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    def take(self) -> str:
        text = "\n".join(self.lines)
        self.lines.clear()
        return text


log_watch = LogWatch()


def install() -> None:
    """Watch all that this process logs, at the levels of a worker."""
    logging.getLogger().addHandler(log_watch)
    logging.getLogger("bookshop").setLevel(logging.INFO)
    sinks.append(log_watch.add_request)


def find_private(text: str) -> list[str]:
    """Return the lines that hold something secret or personal."""
    if not PRIVATE.search(text):
        return []
    lines = (line for line in text.splitlines() if not line.startswith(MEANT_FOR_A_TERMINAL))
    return [f"{found[0]!r} in: {line}" for line in lines if (found := PRIVATE.search(line))]


def check_log(log: Path) -> None:
    """Fail if the output of a process holds something secret or personal."""
    found = find_private(log.read_text(errors="replace"))
    assert not found, "\n".join([f"{log} must not hold:", *found[:10]])


def judge(report: pytest.TestReport, logged: str) -> None:
    """Fail a test that has logged something secret or personal."""
    if found := find_private(logged):
        report.outcome = "failed"
        report.longrepr = "\n".join(["The log must not hold:", *found[:10]])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "teardown":
        # processes that share our standard error write there
        judge(report, f"{log_watch.take()}\n{report.capstderr}")
    return report
