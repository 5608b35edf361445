"""Make a backup: the database and the covers in one file, while the shop is open."""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from bookshop.backups.archive import COVERS_NAME, DATABASE_NAMES, SETTINGS_NAME, OnBytes
from bookshop.backups.backup import Backup, Manifest, Part, name_backup
from bookshop.backups.backup_folder import (
    describe_backup,
    open_working_folder,
    refuse_existing,
    refuse_missing_folder,
    sync_folder,
    unused_file,
)
from bookshop.backups.errors import BackupError
from bookshop.backups.facts import Facts, read_facts
from bookshop.backups.postgresql_client import PostgresClient
from bookshop.backups.read_archive import check_archive
from bookshop.backups.sqlite_copy import copy_sqlite
from bookshop.backups.write_archive import FILE_MODE, write_manifest, write_parts
from bookshop.covers.picture_folder import UNFINISHED as UNFINISHED_COVERS
from bookshop.database import Database
from bookshop.database.describe import sqlite_file
from bookshop.settings import Settings

Files = Iterable[tuple[str, Path]]
WITHIN_COVERS = (
    "{place} is within COVERS_DIR, so each backup would have the earlier ones in it. Choose a folder outside."
)


async def make_backup(
    settings: Settings, database: Database, file: Path | None = None, *, is_automatic: bool = False
) -> Backup:
    """Back up the shop to a new file, by default in BACKUPS_DIR; raises BackupError, OSError."""
    facts = await database.read(read_facts)
    return write_backup(settings, facts, file, is_automatic=is_automatic)


def write_backup(
    settings: Settings,
    facts: Facts,
    file: Path | None = None,
    *,
    secrets: str = "",
    is_automatic: bool = False,
    on_bytes: OnBytes = lambda _: None,
) -> Backup:
    """Write and check a backup, and give it its name only then; raises BackupError, OSError."""
    if file is not None:
        refuse_existing(file)
    folder = file.parent if file else settings.backups_dir
    if is_within(folder, settings.covers_dir):
        raise BackupError(WITHIN_COVERS.format(place=file or "BACKUPS_DIR"))
    if file is not None:
        refuse_missing_folder(file)
    with open_working_folder(folder) as work:
        unfinished = work / "backup.tar.zst"
        unfinished.touch(mode=FILE_MODE)
        with unfinished.open("wb") as archive:
            parts = write_parts(archive, _list_parts(settings, facts, work, secrets), on_bytes)
            write_manifest(archive, _describe(facts, parts, is_automatic=is_automatic))
            archive.flush()
            os.fsync(archive.fileno())
        check_archive(unfinished, on_bytes)
        name = name_backup(facts.at, facts.revision, is_automatic=is_automatic)
        finished = file or unused_file(folder, name)
        unfinished.rename(finished)
        sync_folder(folder)
    return describe_backup(finished)


def count_bytes(settings: Settings) -> int:
    """Return about how many bytes a backup reads."""
    database = sqlite_file(settings.database_url)
    covers = sum(_find_size(path) for _, path in list_covers(settings.covers_dir))
    return covers + (database.stat().st_size if database else 0)


def _find_size(path: Path) -> int:
    """Return the size of a file, 0 for what is not one or has vanished."""
    with suppress(OSError):
        found = path.lstat()
        return found.st_size if stat.S_ISREG(found.st_mode) else 0
    return 0


def is_within(folder: Path, outer: Path) -> bool:
    """Return whether a folder is another one, or in it."""
    return folder.resolve().is_relative_to(outer.resolve())


def list_covers(folder: Path) -> Iterator[tuple[str, Path]]:
    """List the files of the covers, without those that are being written."""
    for path, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != UNFINISHED_COVERS)
        inner = Path(path)
        for name in sorted(files):
            yield f"{COVERS_NAME}/{(inner / name).relative_to(folder).as_posix()}", inner / name


def _list_parts(settings: Settings, facts: Facts, work: Path, secrets: str) -> Iterator[tuple[str, Files]]:
    """List the files of each part; covers come last, so that all of the database are there."""
    if secrets:
        file = work / SETTINGS_NAME
        file.write_text(secrets)
        yield SETTINGS_NAME, [(SETTINGS_NAME, file)]
    name = DATABASE_NAMES[facts.kind]
    _copy_database(settings, facts, work / name)
    yield name, [(name, work / name)]
    (work / name).unlink()
    yield COVERS_NAME, list_covers(settings.covers_dir)


def _copy_database(settings: Settings, facts: Facts, target: Path) -> None:
    if file := sqlite_file(settings.database_url):
        copy_sqlite(file, target)
        return
    PostgresClient(settings.database_url, facts.server_major).dump(target)


def _describe(facts: Facts, parts: tuple[Part, ...], *, is_automatic: bool) -> Manifest:
    return Manifest(
        bookshop=version("bookshop"),
        revision=facts.revision,
        database=facts.kind,
        made_at=facts.at,
        shop_id=facts.shop_id,
        last_number=facts.last_number,
        is_automatic=is_automatic,
        parts=parts,
    )
