"""One log line for each request that reaches Quart."""

import logging
import time

from quart import Request

log = logging.getLogger(__name__)

LINE = "%(method)s %(route)s %(status)s %(ms).1f ms"
# a client may invent methods
MAX_METHOD_CHARS = 10
# nginx's number for a client that hung up before the response
CLIENT_LEFT = 499


def log_request(request: Request, status: int, started: float) -> None:
    """Log a request by the name of its route: addresses hold tokens, and what shoppers typed."""
    if log.isEnabledFor(logging.INFO):
        values = {
            "method": request.method[:MAX_METHOD_CHARS],
            "route": request.endpoint or "-",
            "status": status,
            "ms": round((time.perf_counter() - started) * 1000, 1),
        }
        log.info(LINE, values)
