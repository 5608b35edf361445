"""Restore a backup beside the shop's data, check and migrate it, then swap both at once."""

from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from bookshop.backups.backup import Manifest
from bookshop.backups.backup_folder import open_working_folder
from bookshop.backups.clean_restored import clean_restored
from bookshop.backups.errors import BackupError
from bookshop.backups.facts import is_database_of
from bookshop.backups.postgresql_client import PostgresClient
from bookshop.backups.progress import SILENT, ProgressReporter
from bookshop.backups.read_archive import damaged, read_manifest
from bookshop.backups.restore_postgresql import (
    RESTORED,
    drop_restored,
    refuse_if_in_use,
    restore_beside,
    swap_schema,
)
from bookshop.backups.restore_sqlite import (
    has_header,
    lock_database,
    merge_log,
    swap_file,
)
from bookshop.backups.sqlite_copy import find_damage
from bookshop.backups.unpack import unpack_covers, unpack_database
from bookshop.database import Database, open_and_run
from bookshop.database.describe import sqlite_file
from bookshop.database.postgresql_version import find_major_version
from bookshop.orders.identity import find_shop_id
from bookshop.settings import Settings

# brings a database up to date, whatever its revision
Prepare = Callable[[Database], Awaitable[object]]
KIND_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


async def restore_backup(
    settings: Settings, file: Path, prepare: Prepare, progress: ProgressReporter = SILENT
) -> str:
    """Put the shop of a backup in the place of this one; raises BackupError, OSError.

    Returns where the database from before is kept, or an empty text if there was none.
    """
    manifest = read_manifest(file)
    refuse_other_kind(settings, file, manifest)

    async def prepare_and_clean(restored: Database) -> None:
        await check_and_prepare(restored, file, manifest, prepare)
        await restored.write(clean_restored, manifest.made_at)

    if database := sqlite_file(settings.database_url):
        return await _restore_sqlite(settings, file, database, prepare_and_clean, progress)
    return await _restore_postgresql(settings, file, prepare_and_clean, progress)


async def find_present_shop(settings: Settings) -> str:
    """Return the id of the shop that a restore replaces, empty if it cannot be read."""
    file = sqlite_file(settings.database_url)
    # SQLite would delete the log of a file that it does not know
    if file and not (file.exists() and has_header(file)):
        return ""
    try:
        return await open_and_run(settings.database_url, lambda database: database.read(find_shop_id))
    except (SQLAlchemyError, OSError):
        return ""


def refuse_other_kind(settings: Settings, file: Path, manifest: Manifest) -> None:
    """Raise BackupError if a backup has another kind of database than the shop."""
    kind = "sqlite" if sqlite_file(settings.database_url) else "postgresql"
    if manifest.database != kind:
        found = KIND_NAMES.get(manifest.database, manifest.database)
        raise BackupError(
            f"{file} is a backup of a database of {found}, and this shop has one of {KIND_NAMES[kind]}. "
            f"Set DATABASE_URL to one of {found}."
        )


def refuse_damaged(file: Path, database: Path) -> None:
    """Raise DamagedBackup unless the SQLite database from a backup is whole."""
    if damage := find_damage(database):
        raise damaged(file, f"the database in it is not whole ({damage})")


async def check_and_prepare(restored: Database, file: Path, manifest: Manifest, prepare: Prepare) -> None:
    """Bring a restored database up to date; raises DamagedBackup if it is another one."""
    if not await restored.read(is_database_of, manifest.shop_id):
        raise damaged(file, "the database in it is not that of a shop")
    await prepare(restored)


async def open_client(settings: Settings) -> PostgresClient:
    """Return PostgreSQL's programs for the shop's database; raises BackupError."""
    url = settings.database_url
    return PostgresClient(url, await open_and_run(url, lambda database: database.read(find_major_version)))


async def _restore_sqlite(
    settings: Settings, file: Path, database: Path, prepare: Prepare, progress: ProgressReporter
) -> str:
    database.parent.mkdir(parents=True, exist_ok=True)
    with lock_database(database) as is_locked, open_working_folder(database.parent) as work:
        new = work / database.name
        progress.on_step("Checking the backup, and restoring its database beside the shop's …")
        unpack_database(file, new, progress.on_bytes)
        refuse_damaged(file, new)
        progress.on_step("Bringing it up to date …")
        await open_and_run(sqlite_url(settings, new), prepare)
        merge_log(new)
        progress.on_step("Restoring the covers …")
        unpack_covers(file, settings.covers_dir, progress.on_bytes)
        progress.on_step("Putting the restored database in the place of the shop's …")
        # another process may have created the one that was missing, and use it
        with nullcontext() if is_locked else lock_database(database):
            return str(swap_file(database, new) or "")


def sqlite_url(settings: Settings, file: Path) -> str:
    """Return the URL of another SQLite file than the shop's."""
    return make_url(settings.database_url).set(database=str(file)).render_as_string(hide_password=False)


async def _restore_postgresql(
    settings: Settings, file: Path, prepare: Prepare, progress: ProgressReporter
) -> str:
    client = await open_client(settings)
    refuse_if_in_use(client)
    with open_working_folder(settings.backups_dir) as work:
        dump = work / "database.dump"
        progress.on_step("Checking the backup, and restoring its database beside the shop's …")
        unpack_database(file, dump, progress.on_bytes)
        restore_beside(client, dump, work)
        try:
            progress.on_step("Bringing it up to date …")
            await open_and_run(settings.database_url, prepare, schema=RESTORED)
            progress.on_step("Restoring the covers …")
            unpack_covers(file, settings.covers_dir, progress.on_bytes)
            progress.on_step("Putting the restored database in the place of the shop's …")
            return swap_schema(client)
        except BaseException:
            drop_restored(client)
            raise
