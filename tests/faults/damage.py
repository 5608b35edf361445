"""Lock and damage the SQLite file of a running shop, as other programs and disks do."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import make_url


def file_of(url: str) -> Path:
    return Path(make_url(url).database or "")


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Lock the file against writers, as a backup or a forgotten shell does."""
    with closing(sqlite3.connect(file_of(url), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def damaged(url: str) -> Iterator[None]:
    """Overwrite everything in the file, and restore it at the end."""
    file = file_of(url)
    # what the write-ahead log holds is moved into the file
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = file.read_bytes()
    overwrite(file, b"\xa5" * len(content))
    yield
    overwrite(file, content)


def overwrite(file: Path, content: bytes) -> None:
    with file.open("r+b") as opened:
        opened.write(content)
