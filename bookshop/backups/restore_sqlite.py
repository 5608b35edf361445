"""Put another database in the place of a SQLite file, and back again.

One file is renamed over the other, so that the whole old one or the whole new one is there at every moment.
The old one has a second name by then.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from glob import escape
from pathlib import Path

from bookshop.backups.backup_folder import sync_folder
from bookshop.backups.errors import BackupError

IN_USE = (
    "The database {file} is in use. Stop the shop, for example by `systemctl stop bookshop`, and all other "
    "commands, then try again."
)
HEADER = b"SQLite format 3\0"
ASIDE = ".before-"
BESIDE = ("-wal", "-shm")
# where SQLite has its locks in a file: https://www.sqlite.org/src/file/src/os.h, PENDING_BYTE
FIRST_LOCK_BYTE, LOCK_BYTES = 0x40000000, 512


@contextmanager
def lock_database(file: Path) -> Iterator[bool]:
    """Keep other processes from the database; False if there is none, so that one may create it.

    Raises BackupError if another process has it open.
    """
    if not file.exists():
        yield False
        return
    # SQLite would delete the log of a file that it does not know
    if has_header(file):
        with closing(sqlite3.connect(file, isolation_level=None, timeout=0)) as db:
            if _lock_whole(db, file):
                yield True
                return
    with _lock_damaged(file):
        yield True


def _lock_whole(db: sqlite3.Connection, file: Path) -> bool:
    """Lock a database wholly; return False if it is damaged, raise BackupError if it is in use."""
    try:
        # writes the log into the file
        db.execute("PRAGMA journal_mode = DELETE")
        db.execute("BEGIN EXCLUSIVE")
        # another process may have brought the log back in between
        if db.execute("PRAGMA journal_mode").fetchone() == ("delete",):
            return True
    except sqlite3.DatabaseError as problem:
        if problem.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return False
    raise BackupError(IN_USE.format(file=file))


@contextmanager
def _lock_damaged(file: Path) -> Iterator[None]:
    """Lock a file that SQLite cannot read where each connection of the shop has a lock."""
    with file.open("rb+") as opened:
        try:
            fcntl.lockf(opened, fcntl.LOCK_EX | fcntl.LOCK_NB, LOCK_BYTES, FIRST_LOCK_BYTE)
        except OSError:
            raise BackupError(IN_USE.format(file=file)) from None
        yield


def has_header(file: Path) -> bool:
    """Return whether a file looks like a database to SQLite."""
    with file.open("rb") as opened:
        return opened.read(len(HEADER)) == HEADER


def merge_log(file: Path) -> None:
    """Write the log into the file, so that the file alone is the database, and that to the disk."""
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA journal_mode = DELETE")
    with file.open("rb") as opened:
        os.fsync(opened.fileno())


def swap_file(file: Path, new: Path) -> Path | None:
    """Put `new` in the place of the database; return where the old one is now, if any."""
    aside = file.with_name(f"{file.name}{ASIDE}{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}")
    is_replaced = file.exists()
    if is_replaced:
        _copy_owner(file, new)
    for name in ("", "-wal"):
        if _beside(file, name).exists():
            os.link(_beside(file, name), _beside(aside, name))
    # only a damaged database still has a log; SQLite would apply it to the new one
    for name in BESIDE:
        _beside(file, name).unlink(missing_ok=True)
    new.replace(file)
    # an undone restore gets its log back
    if _beside(new, "-wal").exists():
        _beside(new, "-wal").replace(_beside(file, "-wal"))
    sync_folder(file.parent)
    return aside if is_replaced else None


def find_file_aside(file: Path) -> Path | None:
    """Return the database that was put aside last."""
    found = sorted(file.parent.glob(f"{escape(file.name)}{ASIDE}*Z"))
    # a restore that was killed has named the shop's own file so
    others = [path for path in found if not (file.exists() and path.samefile(file))]
    return others[-1] if others else None


def _copy_owner(source: Path, target: Path) -> None:
    """Give a file the rights of another one; only root may give it to another user."""
    found = source.stat()
    target.chmod(found.st_mode & 0o777)
    with suppress(PermissionError):
        os.chown(target, found.st_uid, found.st_gid)


def _beside(file: Path, suffix: str) -> Path:
    return file.with_name(file.name + suffix)
