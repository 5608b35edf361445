"""What keeps a SQLite file from being used, found by errors of statements and in the file."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from sqlalchemy.exc import DBAPIError

from bookshop.database.errors import Fault

# by the primary result codes of https://sqlite.org/rescode.html
FAULTS = {
    sqlite3.SQLITE_BUSY: Fault.BUSY,
    sqlite3.SQLITE_LOCKED: Fault.BUSY,
    sqlite3.SQLITE_READONLY: Fault.READ_ONLY,
    sqlite3.SQLITE_IOERR: Fault.BROKEN,
    sqlite3.SQLITE_CORRUPT: Fault.CORRUPT,
    sqlite3.SQLITE_NOTADB: Fault.CORRUPT,
    sqlite3.SQLITE_FULL: Fault.FULL,
    sqlite3.SQLITE_CANTOPEN: Fault.UNREACHABLE,
}
# a broken page is met by some queries only, so that a success proves nothing
LASTING_FAULTS = frozenset({Fault.CORRUPT})
# a write-ahead log that waits for a long reader takes some megabytes
MIN_FREE_BYTES = 16 * 1024 * 1024


def fault_of(error: DBAPIError) -> Fault:
    """Return what keeps the file from being used; NONE for an error of the statement's own."""
    return driver_fault(error.orig)


def driver_fault(error: BaseException | None) -> Fault:
    """Return the fault that an error of the sqlite3 module reports."""
    code = getattr(error, "sqlite_errorcode", None)
    return Fault.NONE if code is None else FAULTS.get(code & 0xFF, Fault.NONE)


def probe_file(file: str) -> Fault:
    """Open the file anew, read its schema and take the lock for writing; nothing is written.

    The whole file is not read: that takes seconds for a large one. So a broken page is found by the queries
    that meet it.
    """
    try:
        with closing(sqlite3.connect(f"file:{quote(file)}?mode=rw", uri=True, timeout=0)) as connection:
            connection.isolation_level = None
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
    except sqlite3.Error as error:
        fault = driver_fault(error)
        # another process writes at this moment, as it may
        if fault is not Fault.BUSY:
            return fault or Fault.BROKEN
    # SQLite opens what it may not write for reading, and then even BEGIN IMMEDIATE succeeds
    folder = Path(file).parent
    beside = (Path(f"{file}{end}") for end in ("", "-wal", "-shm"))
    if not all(os.access(path, os.W_OK) for path in (folder, *beside) if path.exists()):
        return Fault.READ_ONLY
    space = os.statvfs(folder)
    return Fault.FULL if space.f_bavail * space.f_frsize < MIN_FREE_BYTES else Fault.NONE
