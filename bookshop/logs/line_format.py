"""A log record as one line, plain or JSON."""

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from textwrap import indent

from bookshop.logs.request_id import request_id


class PlainFormat(logging.Formatter):
    """Time, level, request, logger and message; a traceback follows on lines that are indented."""

    def format(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        # a client's text must not begin a line, or control a terminal
        if not message.isprintable():
            message = message.encode("unicode_escape").decode()
        request = request_id.get() or "-"
        line = f"{time_text(record.created)} {record.levelname} {request} {record.name} {message}"
        if traceback := traceback_of(self, record):
            line += "\n" + indent(traceback, "  ")
        return line


class JsonFormat(logging.Formatter):
    """One JSON object; the named values of a message are fields of their own."""

    def format(self, record: logging.LogRecord) -> str:
        fields = {
            "time": time_text(record.created),
            "level": record.levelname.lower(),
            "request": request_id.get() or None,
            "logger": record.name,
            "message": record.getMessage(),
            "traceback": traceback_of(self, record),
        }
        shown = {name: value for name, value in fields.items() if value is not None}
        values = record.args if isinstance(record.args, Mapping) else {}
        # in ASCII, which has every character, and no other end of a line
        return json.dumps({**shown, **values}, default=str)


def time_text(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


def traceback_of(formatter: logging.Formatter, record: logging.LogRecord) -> str | None:
    return formatter.formatException(record.exc_info) if record.exc_info else None


FORMATS: dict[str, type[logging.Formatter]] = {"plain": PlainFormat, "json": JsonFormat}
