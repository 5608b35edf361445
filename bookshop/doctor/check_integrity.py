"""Check the pages of a SQLite file, for as long as there is time."""

import sqlite3
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from bookshop.database.describe import sqlite_file
from bookshop.doctor.advise_restore import advise_restore
from bookshop.doctor.check import Deployment, Result, Results, State
from bookshop.schema import metadata

NAME = "Integrity"
MAX_SECONDS = 0.6
# what cannot be made again from feeds comes first
FIRST = (
    "alembic_version",
    "identity",
    "counters",
    "staff",
    "owner_count",
    "refunds",
    "orders",
    "order_lines",
    "order_copies",
    "payment_attempts",
    "stock",
)
# a database that is locked, or that may not be read, is not damaged
DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR)
WHY = "Orders may be lost, and pages fail."


# a table in hand may take longer than there is time for, and no second check is started beside it
is_checking = threading.Lock()


@dataclass(slots=True)
class CheckedTables:
    """What was checked and found; `unreadable` is why no more could be read."""

    checked: int = 0
    errors: list[str] = field(default_factory=list)
    unreadable: str = ""


def check_integrity(deployment: Deployment) -> Results:
    """Check as many tables as there is time for; PostgreSQL checks its own pages."""
    file = sqlite_file(deployment.settings.database_url)
    if file is None or not file.exists():
        return []
    if not is_checking.acquire(blocking=False):
        return [Result(NAME, State.SKIPPED, "The check that was started before is not finished.")]
    tables = [*FIRST, *sorted(set(metadata.tables) - set(FIRST))]
    done = CheckedTables()
    # a process may end without waiting for it
    thread = threading.Thread(target=check_tables, args=(file, tables, done), daemon=True)
    thread.start()
    thread.join(MAX_SECONDS)
    return [judge(done, len(tables), file, deployment.settings.backups_dir)]


def check_tables(file: Path, tables: list[str], done: CheckedTables) -> None:
    """Check one table and its indexes after the other until the time is over."""
    uri = f"{file.absolute().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(uri, uri=True, timeout=0, check_same_thread=False)) as connection:
            # SQLite before 3.41 ends the table in hand first
            timer = threading.Timer(MAX_SECONDS, connection.interrupt)
            timer.start()
            try:
                check_one_by_one(connection, tables, done)
            finally:
                timer.cancel()
                timer.join()
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF in DAMAGE:
            done.errors.append(str(error))
        elif error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            done.unreadable = str(error)
    finally:
        is_checking.release()


def check_one_by_one(connection: sqlite3.Connection, tables: list[str], done: CheckedTables) -> None:
    deadline = time.monotonic() + MAX_SECONDS
    for table in tables:
        rows = connection.execute(f"PRAGMA quick_check({table})").fetchall()
        done.errors += [text for (text,) in rows if text != "ok"]
        done.checked += 1
        if time.monotonic() > deadline:
            return


def judge(done: CheckedTables, table_count: int, file: Path, backups: Path) -> Result:
    """Judge what was found in the time that there was."""
    if done.errors:
        # the line before may name the database
        what = f"{file.absolute()} is damaged: {done.errors[0].splitlines()[-1]}."
        fix = f"Look at the disk (dmesg, smartctl). {advise_restore(backups)}"
        return Result(NAME, State.PROBLEM, what, WHY, fix)
    if done.unreadable:
        return Result(NAME, State.SKIPPED, f"{file.absolute()} could not be checked: {done.unreadable}.")
    what = f"{done.checked} of {table_count} tables were checked and are whole."
    if done.checked < table_count:
        what += " There was no time for more; each backup checks all of them."
    return Result(NAME, State.OK, what)
