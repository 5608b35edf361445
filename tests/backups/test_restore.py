"""A restore leaves the whole old shop or the whole new one, and can be undone."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text

from bookshop.backups.archive import DATABASE_NAMES
from bookshop.backups.errors import BackupError, DamagedBackup
from bookshop.backups.make_backup import make_backup
from bookshop.backups.progress import ProgressReporter
from bookshop.backups.read_archive import read_manifest
from bookshop.backups.restore import restore_backup
from bookshop.backups.unpack import unpack_database
from bookshop.backups.verify_backup import verify_backup
from bookshop.backups.write_archive import write_manifest, write_parts
from bookshop.commands.migrate import update_database
from bookshop.database import Database, open_database
from bookshop.database.describe import sqlite_file
from bookshop.mail.mail import MailKind
from bookshop.mail.outbox_store import add_mail
from bookshop.mail.send_mails import send_due_mails
from bookshop.migrations import find_revision, list_revisions
from bookshop.orders.payment_store import take_number
from bookshop.schema import books, mails, staff, staff_sessions
from bookshop.settings import Settings
from tests.backups.shop import COVERS, at, break_a_row, ignore, read_files, restore, titles, undo


async def test_a_restore_can_be_undone_and_redone(settings: Settings, backup: Path) -> None:
    assert await restore(settings, backup)
    assert await titles(settings) == ["Emma"]
    assert await undo(settings)
    assert await titles(settings) == ["Emma", "Persuasion"]
    await undo(settings)
    assert await titles(settings) == ["Emma"]


async def test_a_second_restore_keeps_what_the_first_had_put_aside(settings: Settings, backup: Path) -> None:
    first = await restore(settings, backup)
    second = await restore(settings, backup)
    assert first != second
    await undo(settings)
    assert await titles(settings) == ["Emma"]


async def test_lost_covers_are_restored_and_newer_ones_stay(settings: Settings, backup: Path) -> None:
    lost, damaged, *_ = COVERS
    (settings.covers_dir / lost).unlink()
    (settings.covers_dir / damaged).write_bytes(b"")
    (settings.covers_dir / "newer.avif").write_bytes(b"newer")
    await restore(settings, backup)
    assert read_files(settings.covers_dir) == {**COVERS, "newer.avif": b"newer"}


async def test_an_open_shop_is_not_replaced(settings: Settings, backup: Path) -> None:
    database = open_database(settings.database_url)
    await database.read(lambda db: db.execute(select(books.c.title)).all())
    with pytest.raises(BackupError, match="in use"):
        await restore(settings, backup)
    with pytest.raises(BackupError, match=r"in use|nothing to undo"):
        await undo(settings)
    await database.close()
    assert await titles(settings) == ["Emma", "Persuasion"]


async def test_a_damaged_backup_changes_nothing(settings: Settings, backup: Path) -> None:
    damage(backup)
    with pytest.raises(DamagedBackup):
        await restore(settings, backup)
    assert await titles(settings) == ["Emma", "Persuasion"]


def damage(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


async def test_a_backup_is_read_once_for_the_database_and_once_for_the_covers(
    settings: Settings, backup: Path
) -> None:
    """Checking it is a part of that."""
    read: list[int] = []
    await restore_backup(settings, backup, update_database, ProgressReporter(ignore, read.append))
    assert sum(read) == 2 * read_manifest(backup).size


async def test_a_backup_without_the_database_of_a_shop_is_damaged(
    settings: Settings, backup: Path, tmp_path: Path
) -> None:
    """It has an empty one, that of another program, or that of another shop than it states."""
    database = sqlite_file(settings.database_url)
    others = [write_sqlite(tmp_path / "empty"), write_sqlite(tmp_path / "other", "CREATE TABLE other (id)")]
    changed = [rebuild(backup, tmp_path / "unstated", unpack_to(backup, tmp_path / "same"), shop_id="0" * 32)]
    changed += [rebuild(backup, tmp_path / f"{other.name}.zst", other) for other in others if database]
    for file in changed:
        with pytest.raises(DamagedBackup, match="not that of a shop"):
            await restore(settings, file)
        with pytest.raises(DamagedBackup, match="not that of a shop"):
            await verify_backup(settings, file, update_database)
    assert await titles(settings) == ["Emma", "Persuasion"]


async def test_a_backup_whose_database_is_not_whole_is_damaged(
    sqlite_url: str, settings: Settings, backup: Path, tmp_path: Path
) -> None:
    if settings.database_url != sqlite_url:
        pytest.skip("pg_restore checks that itself")
    database = unpack_to(backup, tmp_path / "database")
    break_a_row(database)
    changed = rebuild(backup, tmp_path / "changed", database)
    for use in (restore(settings, changed), verify_backup(settings, changed, update_database)):
        with pytest.raises(DamagedBackup, match=r"is not whole .* Use another backup"):
            await use
    assert await titles(settings) == ["Emma", "Persuasion"]


def write_sqlite(file: Path, *statements: str) -> Path:
    with closing(sqlite3.connect(file)) as db:
        for statement in (*statements, "PRAGMA user_version = 1"):
            db.execute(statement)
    return file


def unpack_to(backup: Path, target: Path) -> Path:
    unpack_database(backup, target, ignore)
    return target


def rebuild(backup: Path, target: Path, database: Path, shop_id: str = "") -> Path:
    """Write a backup with another database and manifest."""
    manifest = read_manifest(backup)
    name = DATABASE_NAMES[manifest.database]
    with target.open("wb") as opened:
        parts = write_parts(opened, [(name, [(name, database)])], ignore)
        write_manifest(opened, replace(manifest, parts=parts, shop_id=shop_id or manifest.shop_id))
    return target


async def test_waiting_mail_is_held_and_staff_sign_in_again(settings: Settings, database: Database) -> None:
    now = datetime.now(UTC)
    await database.write(add_mail, MailKind.ORDER_LINK, now, recipient="ada@example.com")
    await database.write(add_session, now)
    made = await make_backup(settings, database)
    await database.close()
    await restore(settings, made.file)

    restored = open_database(settings.database_url)
    await send_due_mails(restored, settings)
    assert await restored.read(lambda db: db.execute(select(mails.c.state)).scalars().all()) == ["uncertain"]
    assert await restored.read(lambda db: db.execute(select(staff_sessions)).all()) == []
    await restored.close()


def add_session(db: Connection, now: datetime) -> None:
    person = {"id": "1", "name": "Ada", "name_key": "ada", "role": "owner", "created_at": now}
    db.execute(staff.insert().values(person))
    times = dict.fromkeys(("started_at", "seen_at", "proved_at"), now)
    session = {"token_hash": "h", "staff_id": "1", "method": "passkey", "expires_at": now + timedelta(days=1)}
    db.execute(staff_sessions.insert().values({**times, **session}))


async def test_a_backup_of_another_kind_of_database_is_refused(
    sqlite_url: str, postgres_url: str, settings: Settings, backup: Path
) -> None:
    other = postgres_url if settings.database_url == sqlite_url else sqlite_url
    with pytest.raises(BackupError, match="Set DATABASE_URL to one of"):
        await restore(replace(settings, database_url=other), backup)


async def test_what_is_kept_aside_is_in_no_backup(settings: Settings, backup: Path) -> None:
    before = read_manifest(backup)
    await restore(settings, backup)
    database = open_database(settings.database_url)
    made = await make_backup(settings, database)
    await database.close()
    assert made.manifest.size < 1.2 * before.size
    await restore(settings, made.file)
    assert await titles(settings) == ["Emma"]


async def test_an_undo_brings_an_older_schema_up_to_date_and_gives_no_number(
    settings: Settings, backup: Path
) -> None:
    await at(settings.database_url, make_older)
    await restore(settings, backup)
    await undo(settings)
    assert await titles(settings) == ["Emma", "Persuasion"]
    assert await at(settings.database_url, find_revision) == list_revisions()[-1]
    assert await at(settings.database_url, take_number) is None


def make_older(db: Connection) -> None:
    """Take back the migration that recoveries came with."""
    for statement in (
        "DROP TABLE recoveries",
        "DROP TABLE lost_orders",
        "UPDATE alembic_version SET version_num = '0022_index_of_series'",
    ):
        db.execute(text(statement))


async def test_an_undo_to_a_damaged_database_changes_nothing(settings: Settings, backup: Path) -> None:
    await at(settings.database_url, lambda db: db.execute(text("DROP TABLE counters")))
    await restore(settings, backup)
    with pytest.raises(BackupError, match="Nothing was changed"):
        await undo(settings)
    assert await titles(settings) == ["Emma"]
