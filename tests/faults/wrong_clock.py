"""Set the clock of every module of the shop."""

import sys
from datetime import datetime, timedelta, tzinfo

import pytest


class Clock:
    """The shop's clock, which is wrong by `error`."""

    error = timedelta()


def replace_clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Let every module that has been imported read a clock that a test sets."""
    clock = Clock()

    class WrongDatetime(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # not of this class
            return datetime.now(tz) + clock.error

    for name, module in list(sys.modules.items()):
        if name.startswith("bookshop.") and getattr(module, "datetime", None) is datetime:
            monkeypatch.setattr(module, "datetime", WrongDatetime)
    return clock
