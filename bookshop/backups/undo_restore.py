"""Put back what was there before a restore, and again, what was restored."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from bookshop.backups.errors import BackupError
from bookshop.backups.restore import Prepare, open_client, sqlite_url
from bookshop.backups.restore_postgresql import find_schema_aside, refuse_if_in_use, swap_schema
from bookshop.backups.restore_sqlite import (
    find_file_aside,
    has_header,
    lock_database,
    merge_log,
    swap_file,
)
from bookshop.backups.sqlite_copy import find_damage
from bookshop.database import Database, open_and_run
from bookshop.database.describe import sqlite_file
from bookshop.recovery.recovery_store import begin_after_undo
from bookshop.settings import Settings

UNUSABLE = (
    "The database from before, {name}, {reason}. Nothing was changed. If you need an earlier state, restore "
    "a backup: bookshop restore FILE"
)
NOTHING_TO_UNDO = "There is nothing to undo: no database from before a restore is kept."


async def undo_restore(settings: Settings, prepare: Prepare) -> str:
    """Put back what was there before the last restore; return where the other one is now.

    Undoing twice restores again. It is brought up to date before, and must be compared with Stripe from the
    moment on at which it is there. Raises BackupError, OSError.
    """

    async def prepare_and_begin(before: Database) -> None:
        await prepare(before)
        await before.write(begin_after_undo, datetime.now(UTC))

    if database := sqlite_file(settings.database_url):
        return await _undo_sqlite(settings, database, prepare_and_begin)
    return await _undo_postgresql(settings, prepare_and_begin)


async def _undo_sqlite(settings: Settings, database: Path, prepare: Prepare) -> str:
    with lock_database(database):
        before = find_file_aside(database)
        if before is None:
            raise BackupError(NOTHING_TO_UNDO)
        if not has_header(before):
            raise BackupError(UNUSABLE.format(name=before, reason="is not a database"))
        if damage := find_damage(before):
            raise BackupError(UNUSABLE.format(name=before, reason=f"is damaged ({damage})"))
        await _prepare_aside(sqlite_url(settings, before), str(before), prepare)
        merge_log(before)
        return str(swap_file(database, before) or "")


async def _undo_postgresql(settings: Settings, prepare: Prepare) -> str:
    client = await open_client(settings)
    schema = find_schema_aside(client)
    if schema is None:
        raise BackupError(NOTHING_TO_UNDO)
    refuse_if_in_use(client)
    await _prepare_aside(settings.database_url, schema, prepare, schema)
    return swap_schema(client, schema)


async def _prepare_aside(url: str, name: str, prepare: Prepare, schema: str = "") -> None:
    """Prepare what was put aside; raises BackupError if it cannot be used."""
    try:
        await open_and_run(url, prepare, schema=schema)
    except SQLAlchemyError as problem:
        reason = "is damaged or cannot be updated"
        raise BackupError(UNUSABLE.format(name=name, reason=reason)) from problem


async def find_aside(settings: Settings) -> str:
    """Return the name of what an undo puts back; raises BackupError if there is nothing."""
    file = sqlite_file(settings.database_url)
    before = find_file_aside(file) if file else find_schema_aside(await open_client(settings))
    if before is None:
        raise BackupError(NOTHING_TO_UNDO)
    return str(before)
