"""Watch what this process does with files and programs, and kill it at a step."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

FILE_STEPS = {"os.rename", "os.link", "os.remove", "os.mkdir", "sqlite3.connect"}
PROGRAMS = ("pg_dump", "pg_restore", "psql")


class Killed(BaseException):
    """The process is dead: it can do nothing more."""


class Watch:
    """The commands that were run, and the step at which the process dies."""

    def __init__(self) -> None:
        self.commands: list[list[str]] = []
        self.steps_left = -1
        self.is_active = False
        self.programs_only = False

    def hear(self, name: str, arguments: tuple[Any, ...]) -> None:
        if not self.is_active:
            return
        if name == "subprocess.Popen":
            command = [str(argument) for argument in arguments[1]]
            if not command[0].endswith(PROGRAMS) or "--version" in command:
                return
            self.commands.append(command)
        elif name not in FILE_STEPS or self.programs_only:
            return
        if self.steps_left == 0:
            raise Killed
        self.steps_left -= 1


@cache
def only_watch() -> Watch:
    """Return the one of this process: a hook cannot be removed."""
    watch = Watch()
    sys.addaudithook(watch.hear)
    return watch


@contextmanager
def watching(kill_at: int = -1, *, programs_only: bool = False) -> Iterator[Watch]:
    """Watch the steps meanwhile; nothing more happens from step `kill_at` on, if it is given."""
    watch = only_watch()
    watch.programs_only = programs_only
    watch.commands, watch.steps_left, watch.is_active = [], kill_at, True
    try:
        yield watch
    finally:
        watch.is_active = False
