"""A shop's covers and the titles of its books, and restoring them."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, select

from bookshop.backups.restore import restore_backup
from bookshop.backups.undo_restore import undo_restore
from bookshop.commands.migrate import update_database
from bookshop.database import open_database
from bookshop.schema import books
from bookshop.settings import Settings
from tests.builders import a_book, store_book

COVERS = {
    "97/9780306406157/aaaaaaaaaaaa/120.avif": b"small",
    "97/9780306406157/aaaaaaaaaaaa/672.jpg": bytes(3000),
    "97/9780000000002/bbbbbbbbbbbb/120.avif": b"",
}

REPLACE_SCHEMA = "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE name = 'counters'"
REQUIRED, OPTIONAL = "value INTEGER NOT NULL", "value INTEGER         "


def write_covers(folder: Path) -> None:
    for name, content in COVERS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def read_files(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder by their paths in it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def ignore(_: object) -> None:
    """Show no progress."""


async def restore(settings: Settings, file: Path) -> str:
    return await restore_backup(settings, file, update_database)


async def undo(settings: Settings) -> str:
    return await undo_restore(settings, update_database)


async def at(url: str, work: Callable[[Connection], object]) -> object:
    """Write to the shop's database, and close it again."""
    database = open_database(url)
    try:
        return await database.write(work)
    finally:
        await database.close()


async def titles(settings: Settings) -> object:
    return await at(settings.database_url, lambda db: sorted(db.execute(select(books.c.title)).scalars()))


async def add_book(settings: Settings, title: str) -> None:
    await at(settings.database_url, lambda db: store_book(db, a_book(title)))


def break_a_row(file: Path) -> None:
    """Damage a SQLite database so that it can be copied: a row lacks what its table requires."""
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.execute("PRAGMA writable_schema = ON")
        db.execute(REPLACE_SCHEMA, (REQUIRED, OPTIONAL))
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.execute("UPDATE counters SET value = NULL")
        db.execute("PRAGMA writable_schema = ON")
        db.execute(REPLACE_SCHEMA, (OPTIONAL, REQUIRED))


def damage_table(file: Path, table: str) -> None:
    """Overwrite the first page of a table in a SQLite database."""
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = db.execute("PRAGMA page_size").fetchone()
        (page,) = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
    with file.open("r+b") as opened:
        opened.seek((page - 1) * size)
        opened.write(b"\xa5" * size)
