"""What a check looks at, and what it finds."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, TypeAlias

from bookshop.database import Database
from bookshop.settings import Settings


class State(StrEnum):
    """How bad it is; warnings alone do not make the command fail."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Result:
    """What a check found, why it matters and how to fix it.

    `repair` does what can do no harm, and returns a sentence on what it did; raises OSError.
    """

    name: str
    state: State
    what: str
    why: str = ""
    fix: str = ""
    repair: Callable[[], str] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Deployment:
    """What is checked: the settings, where they come from, and the database."""

    settings: Settings
    environment: Mapping[str, str]
    env_file: Path
    database: Database


Results: TypeAlias = Sequence[Result]


class Check(NamedTuple):
    """A check of one subject; one that is not a coroutine runs in a thread."""

    name: str
    run: Callable[[Deployment], Results | Awaitable[Results]]
    needs_database: bool = False
