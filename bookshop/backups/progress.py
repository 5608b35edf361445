"""How far long work has come."""

from collections.abc import Callable
from dataclasses import dataclass

from bookshop.backups.archive import OnBytes


@dataclass(frozen=True, slots=True)
class ProgressReporter:
    """Where progress is reported: what is done next, and how many bytes were read."""

    on_step: Callable[[str], object]
    on_bytes: OnBytes


SILENT = ProgressReporter(lambda _: None, lambda _: None)
