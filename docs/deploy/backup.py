"""Copy the shop's SQLite database while the shop is open: backup.py DATABASE FOLDER [DAYS_TO_KEEP].

The copy of a day replaces an earlier one of that day only when it is whole and checked.
"""

import os
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

DAY_SECONDS = 24 * 60 * 60
DAYS_TO_KEEP = 30


def back_up(database: Path, folder: Path, days: int) -> Path:
    """Copy and check the database, then remove copies that are older than so many days."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    copy, unfinished = folder / f"bookshop-{time.strftime('%F')}.db", folder / "unfinished.db"
    unfinished.unlink(missing_ok=True)
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as source:
        source.execute("VACUUM INTO ?", (str(unfinished),))
    with closing(sqlite3.connect(unfinished)) as made:
        if made.execute("PRAGMA quick_check").fetchone() != ("ok",):
            sys.exit(f"backup.py: the copy of {database} is damaged; earlier copies are kept")
    with unfinished.open("rb") as file:
        os.fsync(file.fileno())
    unfinished.replace(copy)
    for old in folder.glob("bookshop-*.db"):
        if old.stat().st_mtime < time.time() - days * DAY_SECONDS:
            old.unlink()
    return copy


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    try:
        back_up(Path(sys.argv[1]), Path(sys.argv[2]), int((sys.argv[3:] or [str(DAYS_TO_KEEP)])[0]))
    except (OSError, sqlite3.Error, ValueError) as problem:
        sys.exit(f"backup.py: {sys.argv[1]}: {problem}")
