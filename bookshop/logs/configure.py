"""Send what a process that serves logs to standard error."""

import logging

from bookshop.logs.line_format import FORMATS


def configure_logs(log_format: str) -> None:
    """Log to standard error in this format: the shop's lines, and warnings of libraries."""
    handler = logging.StreamHandler()
    handler.setFormatter(FORMATS[log_format]())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("bookshop").setLevel(logging.INFO)
