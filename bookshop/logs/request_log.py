"""One log line for each request that reaches Quart.

It is written past `logging`, whose code is no longer in the processor's cache after a page: it took 7 % of a
page of 1 ms, this 2 to 3 %.
"""

import time
from collections.abc import Callable
from typing import NamedTuple, TextIO

from quart import Request

from bookshop.logs.line_format import time_text
from bookshop.logs.request_id import request_id

# nginx's number for a client that hung up before the response
CLIENT_LEFT = 499
OTHER_METHOD = "other"
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})


class RequestLine(NamedTuple):
    """A request by the name of its route: addresses hold tokens, and what shoppers typed."""

    time: str
    request: str
    method: str
    route: str
    status: int
    ms: float


Sink = Callable[[RequestLine], None]
# where lines go; nowhere, until `configure_logs` has been called
sinks: list[Sink] = []


def log_request(request: Request, status: int, started: float) -> None:
    """Log a request that began at this moment of `time.perf_counter`."""
    if sinks:
        # a client may invent methods
        method = request.method if request.method in METHODS else OTHER_METHOD
        ms = (time.perf_counter() - started) * 1000
        line = RequestLine(
            time_text(time.time()), request_id.get(), method, request.endpoint or "-", status, ms
        )
        for sink in sinks:
            sink(line)


def plain_line(line: RequestLine) -> str:
    return f"{line.time} INFO {line.request} {__name__} {message_of(line)}"


def json_line(line: RequestLine) -> str:
    # none of the values needs an escape
    return (
        f'{{"time": "{line.time}", "level": "info", "request": "{line.request}", "logger": "{__name__}", '
        f'"message": "{message_of(line)}", "method": "{line.method}", "route": "{line.route}", '
        f'"status": {line.status}, "ms": {line.ms:.1f}}}'
    )


def message_of(line: RequestLine) -> str:
    return f"{line.method} {line.route} {line.status} {line.ms:.1f} ms"


REQUEST_FORMATS: dict[str, Callable[[RequestLine], str]] = {"plain": plain_line, "json": json_line}


def write_to(stream: TextIO, log_format: str) -> Sink:
    """Return a sink that writes lines of this format."""
    format_line = REQUEST_FORMATS[log_format]

    def write(line: RequestLine) -> None:
        try:
            stream.write(f"{format_line(line)}\n")
        except OSError:
            # a log that cannot be written, such as on a full disk, must not fail the request
            return

    return write
