"""Keep what is personal or secret out of every log, whatever level it is written at."""

import logging
import re
import time
from collections.abc import Callable

# below these levels the libraries log requests, responses, headers or rows
QUIET_LIBRARIES = {
    "stripe": logging.WARNING,
    "httpcore": logging.WARNING,
    "hpack": logging.WARNING,
    "sqlalchemy.engine": logging.WARNING,
}
ACCESS_LOG = "hypercorn.access"
# atoms of hypercorn's access log that hold an address: request, path, query and referrer
ADDRESS_ATOMS = ("r", "R", "U", "Uq", "f")
TOKEN_IN_PATH = re.compile(r"(/(?:orders|checkout|office/welcome)/)[^/?#\s]+")
PERSONAL_QUERY = re.compile(r"(/(?:orders|checkout|success|office)\b[^?#\s]*)\?\S*")
MIN_INTERVAL_SECONDS = 60


def install() -> None:
    """Make the libraries quiet, and mask addresses in the access log."""
    for name, level in QUIET_LIBRARIES.items():
        logging.getLogger(name).setLevel(level)
    # on the logger, since hypercorn brings handlers of its own
    access = logging.getLogger(ACCESS_LOG)
    access.removeFilter(mask_access)
    access.addFilter(mask_access)


def mask_access(record: logging.LogRecord) -> bool:
    """Mask the addresses of one line of hypercorn's access log."""
    if isinstance(record.args, dict):
        atoms = record.args
        for name in ADDRESS_ATOMS:
            atoms[name] = mask_address(str(atoms[name]))
        atoms["{referer}i"], atoms["q"] = atoms["f"], "-"
    return True


def mask_address(text: str) -> str:
    """Replace the token in the address of an order or a link, and the query of a personal page."""
    return PERSONAL_QUERY.sub(r"\1", TOKEN_IN_PATH.sub(r"\1***", text))


class LimitedLog:
    """Logs a kind of warning once a minute at most, so that no flood fills the disk."""

    def __init__(self, log: logging.Logger, clock: Callable[[], float] = time.monotonic) -> None:
        self._log = log
        self._clock = clock
        self._logged_at: dict[str, float] = {}
        self._suppressed: dict[str, int] = {}

    def warning(self, message: str, *values: object) -> None:
        """Log the message, or count it towards the next one of its kind."""
        now = self._clock()
        if message in self._logged_at and now - self._logged_at[message] < MIN_INTERVAL_SECONDS:
            self._suppressed[message] = self._suppressed.get(message, 0) + 1
            return
        self._logged_at[message] = now
        if more := self._suppressed.pop(message, 0):
            message += f" (and {more} more since the last such line)"
        self._log.warning(message, *values)
