"""Put another database in the place of a SQLite file, and back again.

One file is renamed over the other, so that the whole old one or the whole new one is there at every moment.
The old one has a second name by then.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bookshop.backups.backup_folder import sync_folder
from bookshop.backups.errors import BackupError

IN_USE = (
    "The database {file} is in use. Stop the shop, for example by `systemctl stop bookshop`, and all other "
    "commands, then restore again."
)
ASIDE = ".before-"
BESIDE = ("-wal", "-shm")
# where SQLite has its locks in a file: https://www.sqlite.org/src/file/src/os.h, PENDING_BYTE
FIRST_LOCK_BYTE, LOCK_BYTES = 0x40000000, 512


@contextmanager
def database_to_itself(file: Path) -> Iterator[None]:
    """Keep every other process from the database meanwhile; raises BackupError if one has it open."""
    if not file.exists():
        yield
        return
    with closing(sqlite3.connect(file, isolation_level=None, timeout=0)) as db:
        try:
            db.execute("PRAGMA locking_mode = EXCLUSIVE")
            # writes the log into the file, so that the file alone is the database
            db.execute("PRAGMA journal_mode = DELETE")
            db.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as problem:
            if problem.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise BackupError(IN_USE.format(file=file)) from None
        else:
            yield
            return
    with _damaged_to_itself(file):
        yield


@contextmanager
def _damaged_to_itself(file: Path) -> Iterator[None]:
    """Lock a file that SQLite cannot read, as SQLite does: each connection of the shop has a lock there."""
    with file.open("rb+") as opened:
        try:
            fcntl.lockf(opened, fcntl.LOCK_EX | fcntl.LOCK_NB, LOCK_BYTES, FIRST_LOCK_BYTE)
        except OSError:
            raise BackupError(IN_USE.format(file=file)) from None
        yield


def finish_file(file: Path) -> None:
    """Make a database one whole file on the disk."""
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA journal_mode = DELETE")
    with file.open("rb") as opened:
        os.fsync(opened.fileno())


def swap_file(file: Path, new: Path) -> Path | None:
    """Put `new` in the place of the database; return where the old one is now, None if there was none."""
    aside = file.with_name(f"{file.name}{ASIDE}{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}")
    names = [name for name in ("", *BESIDE) if _beside(file, name).exists()]
    for name in names:
        os.link(_beside(file, name), _beside(aside, name))
    # only a damaged database still has a log; SQLite would apply it to the new one
    for name in BESIDE:
        _beside(file, name).unlink(missing_ok=True)
    new.replace(file)
    # an undone restore gets its log back
    for name in BESIDE:
        if _beside(new, name).exists():
            _beside(new, name).replace(_beside(file, name))
    sync_folder(file.parent)
    return aside if "" in names else None


def find_file_aside(file: Path) -> Path | None:
    """Return the database that was put aside last."""
    found = sorted(path for path in file.parent.glob(f"{file.name}{ASIDE}*Z"))
    return found[-1] if found else None


def _beside(file: Path, suffix: str) -> Path:
    return file.with_name(file.name + suffix)
