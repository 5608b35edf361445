"""Verify a backup: restore it into a temporary place, migrate it there, and audit it."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, make_url

from bookshop.backups.backup_folder import open_working_folder, verified_mark
from bookshop.backups.postgresql_client import PostgresClient
from bookshop.backups.progress import SILENT, ProgressReporter
from bookshop.backups.read_archive import read_manifest
from bookshop.backups.restore import (
    Prepare,
    check_and_prepare,
    open_client,
    refuse_damaged,
    refuse_other_kind,
    sqlite_url,
)
from bookshop.backups.unpack import unpack_database
from bookshop.database import Database, open_and_run
from bookshop.database.describe import sqlite_file
from bookshop.orders.audit.find_violations import count_books_and_orders, find_violations
from bookshop.settings import Settings

# PostgreSQL cuts off longer names
MAX_NAME_CHARS = 50


@dataclass(frozen=True, slots=True)
class Verification:
    """What the restored shop has, and how often it breaks each rule of the audit."""

    books: int
    orders: int
    broken: dict[str, int]


async def verify_backup(
    settings: Settings, file: Path, prepare: Prepare, progress: ProgressReporter = SILENT
) -> Verification:
    """Restore a backup into a temporary place; raises BackupError, OSError if that fails.

    The file is marked as verified, even if the audit found something: that was so in the shop too.
    """
    manifest = read_manifest(file)
    refuse_other_kind(settings, file, manifest)

    async def prepare_checked(restored: Database) -> None:
        await check_and_prepare(restored, file, manifest, prepare)

    with open_working_folder(settings.backups_dir) as work:
        content = work / "database"
        progress.on_step("Restoring the backup into a temporary place …")
        unpack_database(file, content, progress.on_bytes)
        async with _temporary_database(settings, file, content) as url:
            progress.on_step("Bringing it up to date …")
            await open_and_run(url, prepare_checked)
            progress.on_step("Auditing it …")
            found = await open_and_run(url, lambda audited: audited.read(_count_violations))
    with suppress(OSError):
        verified_mark(file).touch()
    return found


@asynccontextmanager
async def _temporary_database(settings: Settings, file: Path, content: Path) -> AsyncIterator[str]:
    """Restore a backup and yield the URL of the database, which is deleted afterwards."""
    if sqlite_file(settings.database_url):
        refuse_damaged(file, content)
        yield sqlite_url(settings, content)
        return
    shop = await open_client(settings)
    name = f"{str(make_url(settings.database_url).database)[:MAX_NAME_CHARS]}_verify"
    url = make_url(settings.database_url).set(database=name).render_as_string(hide_password=False)
    shop.create_database(name)
    try:
        PostgresClient(url, shop.server_major).restore(content)
        yield url
    finally:
        shop.drop_database(name)


def _count_violations(db: Connection) -> Verification:
    counts = Counter(violation.rule for violation in find_violations(db))
    return Verification(*count_books_and_orders(db), dict(counts))
