"""Send what a process that serves logs to standard error."""

import logging
import sys

from bookshop.logs.line_format import FORMATS
from bookshop.logs.request_log import sinks, write_to


def configure_logs(log_format: str) -> None:
    """Log to standard error in this format: the shop's lines, and warnings of libraries."""
    handler = logging.StreamHandler()
    handler.setFormatter(FORMATS[log_format]())
    handler.addFilter(is_not_written)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("bookshop").setLevel(logging.INFO)
    sinks[:] = [write_to(sys.stderr, log_format)]


def is_not_written(record: logging.LogRecord) -> bool:
    """Return whether no handler of its own writes it, as hypercorn's does as a command."""
    return not logging.getLogger(record.name).handlers
