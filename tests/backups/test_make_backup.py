"""One file has the database and the covers, and counts only when it is whole."""

import hashlib
import os
import resource
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bookshop.backups.archive import DATABASE_NAMES
from bookshop.backups.backup_folder import describe_backup, list_backups, verified_mark
from bookshop.backups.errors import BackupError
from bookshop.backups.facts import Facts, read_facts
from bookshop.backups.make_backup import count_bytes, make_backup, write_backup
from bookshop.backups.read_archive import check_archive, read_archive
from bookshop.backups.rotate import delete_outdated
from bookshop.backups.write_archive import open_regular
from bookshop.database import Database, open_database
from bookshop.database.describe import sqlite_file
from bookshop.migrations import list_revisions
from bookshop.orders.identity import find_shop_id
from bookshop.settings import Settings
from tests.backups.audit_watch import Killed, watching
from tests.backups.shop import COVERS, break_a_row, ignore, read_files


def unpack(file: Path) -> dict[str, bytes]:
    """Return what is in a backup, apart from its manifest."""
    found: dict[str, bytes] = {}
    read_archive(file, lambda name, chunks: found.update({name: b"".join(chunks)}), lambda _: None)
    return found


async def test_a_backup_has_the_database_and_the_covers(settings: Settings, database: Database) -> None:
    before = datetime.now(UTC)
    made = await make_backup(settings, database)
    assert list_backups(settings.backups_dir) == [made]
    found = unpack(made.file)
    kind = "sqlite" if settings.database_url.startswith("sqlite") else "postgresql"
    content = found.pop(DATABASE_NAMES[kind])
    assert content.startswith(b"SQLite format 3" if kind == "sqlite" else b"PGDMP")
    assert found == {f"covers/{name}": content for name, content in COVERS.items()}
    assert before <= made.made_at <= datetime.now(UTC)
    manifest = made.manifest
    assert (manifest.revision, manifest.database) == (list_revisions()[-1], kind)
    assert (manifest.shop_id, manifest.last_number) == (await database.read(find_shop_id), 1000)
    assert made.size == made.file.stat().st_size
    assert (made.is_automatic, made.verified_at) == (False, None)


async def test_only_files_of_covers_are_backed_up(
    settings: Settings, database: Database, tmp_path: Path
) -> None:
    """A link may lead to a secret, and reading a pipe may wait for ever."""
    covers = settings.covers_dir
    secret = tmp_path / "secret"
    secret.write_text("secret")
    (covers / "secret").symlink_to(secret)
    (covers / "dangling").symlink_to("nowhere")
    (covers / "loop").symlink_to("loop")
    (covers / "folder").symlink_to(tmp_path)
    os.mkfifo(covers / "pipe")
    assert count_bytes(settings) >= sum(map(len, COVERS.values()))
    made = await make_backup(settings, database)
    names = {name for name in unpack(made.file) if name.startswith("covers/")}
    assert names == {f"covers/{name}" for name in COVERS}


def test_what_vanished_after_it_was_listed_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "file"
    assert open_regular(file) is None
    file.touch()
    assert open_regular(file / "within") is None
    assert open_regular(tmp_path) is None


async def test_no_backup_is_made_among_the_covers(settings: Settings, database: Database) -> None:
    """Each would have the earlier ones in it."""
    within = settings.covers_dir / "backups"
    for place, file in ((within, None), (settings.backups_dir, settings.covers_dir / "mine.tar.zst")):
        with pytest.raises(BackupError, match=r"is within COVERS_DIR.* Choose a folder outside\."):
            await make_backup(replace(settings, backups_dir=place), database, file)
    assert read_files(settings.covers_dir) == COVERS


async def test_only_its_owner_may_read_a_backup(settings: Settings, database: Database) -> None:
    made = await make_backup(settings, database)
    assert stat.S_IMODE(made.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(settings.backups_dir.stat().st_mode) == 0o700


async def test_usual_programs_unpack_a_backup(settings: Settings, database: Database, tmp_path: Path) -> None:
    """As its manifest states: the hash of a part is that of the list of `sha256sum`."""
    made = await make_backup(settings, database)
    (tmp_path / "out").mkdir()
    run("tar", "--zstd", "-xf", str(made.file), "-C", "out", cwd=tmp_path)
    files = read_files(tmp_path / "out")
    assert files["manifest.json"] == made.manifest.to_json()
    covers = sorted(name for name in files if name.startswith("covers/"))
    listed = run("sha256sum", *covers, cwd=tmp_path / "out")
    assert hashlib.sha256(listed).hexdigest() == made.manifest.parts[-1].sha256


def run(*command: str, cwd: Path) -> bytes:
    return subprocess.run(command, cwd=cwd, check=True, capture_output=True).stdout


async def test_an_automatic_backup_is_named_so(settings: Settings, database: Database) -> None:
    made = await make_backup(settings, database, is_automatic=True)
    again = await make_backup(settings, database, is_automatic=True)
    assert made.is_automatic
    assert made.file.name.endswith(f"-{made.manifest.revision[:4]}-before-update.tar.zst")
    assert list_backups(settings.backups_dir) == [made, again]


async def test_a_file_is_never_replaced(settings: Settings, database: Database, tmp_path: Path) -> None:
    file = tmp_path / "mine.tar.zst"
    made = await make_backup(settings, database, file)
    assert made == describe_backup(file)
    with pytest.raises(BackupError, match="exists already"):
        await make_backup(settings, database, file)
    assert describe_backup(file) == made


async def test_no_backup_is_made_where_a_disk_is_not_mounted(
    settings: Settings, database: Database, tmp_path: Path
) -> None:
    """The folder that it would create is on the disk of the system."""
    file = tmp_path / "mnt/weekly.tar.zst"
    with pytest.raises(BackupError, match=r"The folder .*/mnt does not exist\. Mount its disk"):
        await make_backup(settings, database, file)
    assert not file.parent.exists()


async def test_what_a_killed_backup_left_is_deleted(settings: Settings, database: Database) -> None:
    left = settings.backups_dir / ".unfinished-1"
    left.mkdir(parents=True)
    (left / "backup.tar.zst").write_bytes(b"half")
    made = await make_backup(settings, database)
    assert list(settings.backups_dir.iterdir()) == [made.file]


async def test_an_empty_database_is_not_backed_up(tmp_path: Path, settings: Settings) -> None:
    empty = open_database(f"sqlite:///{tmp_path}/empty.db")
    with pytest.raises(BackupError, match="empty"):
        await make_backup(settings, empty)
    await empty.close()
    assert not settings.backups_dir.exists()


async def test_a_damaged_database_is_not_backed_up(sqlite_url: str, settings: Settings) -> None:
    """An older backup, which is whole, must not be deleted for it."""
    if settings.database_url != sqlite_url:
        pytest.skip("pg_dump has no row that breaks its table")
    file = sqlite_file(sqlite_url)
    assert file
    break_a_row(file)
    facts = Facts("sqlite", 0, list_revisions()[-1], "shop", 1000, datetime.now(UTC))
    with pytest.raises(BackupError, match=r"NULL value in counters.*Run `bookshop doctor`"):
        write_backup(settings, facts)
    assert list(settings.backups_dir.iterdir()) == []


@pytest.mark.parametrize("max_bytes", [20_000, 3_000_000])
async def test_a_full_disk_leaves_the_backups_that_were_there(
    settings: Settings, database: Database, max_bytes: int
) -> None:
    """It ends the copy of the database, or the writing of the archive."""
    made = await make_backup(settings, database)
    (settings.covers_dir / "large.jpg").write_bytes(os.urandom(4_000_000))
    with limited_file_size(max_bytes), pytest.raises((BackupError, OSError)):
        await make_backup(settings, database)
    assert list(settings.backups_dir.iterdir()) == [made.file]
    assert check_archive(made.file, ignore) == made.manifest


@contextmanager
def limited_file_size(max_bytes: int) -> Iterator[None]:
    """Let this process and its programs write no larger file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (max_bytes, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_killed_backup_leaves_none_that_counts(settings: Settings, database: Database) -> None:
    made = await make_backup(settings, database)
    is_server = settings.database_url.startswith("postgresql")
    for step in count():
        try:
            with watching(kill_at=step, programs_only=is_server):
                last = await make_backup(settings, database)
        except Killed:
            assert list_backups(settings.backups_dir) == [made]
        else:
            break
    assert step >= 2
    assert list_backups(settings.backups_dir) == [made, last]


async def test_rotation_deletes_outdated_backups_and_nothing_else(
    settings: Settings, database: Database
) -> None:
    first, second = [await make_backup(settings, database) for _ in range(2)]
    age(first.file)
    age(second.file)
    verified_mark(first.file).touch()
    others = [settings.backups_dir / name for name in ("bookshop-mine.tar.zst", "notes.txt", "old.db")]
    for file in others:
        file.write_text("mine")
    # one that was verified stays
    assert delete_outdated(settings.backups_dir, 1) == []
    verified_mark(second.file).touch()
    assert [one.file for one in delete_outdated(settings.backups_dir, 1)] == [first.file]
    assert set(settings.backups_dir.iterdir()) == {second.file, verified_mark(second.file), *others}


def age(file: Path) -> None:
    """Let a file have been written two hours ago."""
    os.utime(file, (time.time() - 7200,) * 2)


async def test_rotation_keeps_what_was_just_written(settings: Settings, database: Database) -> None:
    """The clock may have been set back, and another process may be about to verify it."""
    facts = await database.read(read_facts)
    old, just_written, newest = [
        write_backup(settings, replace(facts, at=datetime(2026, 11, 25, 12, minute, tzinfo=UTC)))
        for minute in (10, 20, 30)
    ]
    age(old.file)
    age(newest.file)
    assert delete_outdated(settings.backups_dir, 1) == [old]
    age(just_written.file)
    assert delete_outdated(settings.backups_dir, 1) == [just_written]


async def test_no_password_is_among_the_arguments_of_a_program(postgres_url: str, settings: Settings) -> None:
    """The list of processes shows them to every user of the machine."""
    url = make_url(postgres_url).set(password="hidden").render_as_string(hide_password=False)
    with_password = replace(settings, database_url=url)
    database = open_database(url)
    with watching() as watch:
        await make_backup(with_password, database)
    await database.close()
    assert len(watch.commands) == 2
    assert "hidden" not in str(watch.commands)
