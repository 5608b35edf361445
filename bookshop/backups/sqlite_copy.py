"""Copies of a SQLite database, made while the shop is open."""

import sqlite3
from contextlib import closing
from pathlib import Path

from bookshop.backups.errors import BackupError


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a database in one step, which no write of the shop can restart; raises BackupError."""
    try:
        with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as db:
            db.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.Error as problem:
        raise BackupError(f"The database {source} could not be copied: {problem}.") from problem
    if damage := find_damage(target):
        raise BackupError(f"The copy of the database is damaged: {damage}. Run `bookshop doctor`.")


def find_damage(file: Path) -> str:
    """Return what is wrong with a database; empty if it is whole."""
    try:
        with closing(sqlite3.connect(file)) as db:
            (found,) = db.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.Error as problem:
        return str(problem)
    # the line before may name the database
    return "" if found == "ok" else str(found).splitlines()[-1]
