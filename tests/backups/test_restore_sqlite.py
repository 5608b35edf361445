"""A SQLite database that is damaged or lost is replaced too, unless it is open."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bookshop.backups.errors import BackupError
from bookshop.backups.restore import restore_backup
from bookshop.backups.restore_sqlite import find_file_aside
from bookshop.commands.migrate import update_database
from bookshop.database import Database
from bookshop.settings import Settings
from tests.backups.shop import damage_table, read_files, restore, titles, undo

# in another process, as SQLite has one for all connections of a process
HOLD_OPEN = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("PRAGMA journal_mode = WAL")
db.execute("SELECT count(*) FROM books").fetchone()
print("open", flush=True)
sys.stdin.readline()
"""
DAMAGED, LEFT = b"damaged", b"what is left of a log"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def file(database_url: str) -> Path:
    return Path(str(make_url(database_url).database))


@pytest.fixture
def held_open(file: Path, backup: Path) -> Iterator[None]:
    """Keep the database open in another process, as the shop does."""
    command = [sys.executable, "-c", HOLD_OPEN, str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        yield
        process.communicate(b"\n")


def damage(file: Path) -> Path:
    """Damage the file, and return the log that is left beside it."""
    with file.open("r+b") as opened:
        opened.write(DAMAGED)
    log = Path(f"{file}-wal")
    log.write_bytes(LEFT)
    return log


def state_of(file: Path) -> tuple[int, int]:
    """Return which file this is, and who may do what with it."""
    found = file.stat()
    return found.st_ino, found.st_mode & 0o777


async def test_a_damaged_database_is_replaced_and_its_log_not_applied(
    file: Path, settings: Settings, backup: Path
) -> None:
    log = damage(file)
    aside = Path(await restore(settings, backup))
    kept = read_files(file.parent)
    assert kept[aside.name].startswith(DAMAGED)
    assert kept[f"{aside.name}-wal"] == LEFT
    assert log.name not in kept
    assert await titles(settings) == ["Emma"]


async def test_an_undo_refuses_a_database_with_a_damaged_table(
    file: Path, settings: Settings, backup: Path
) -> None:
    damage_table(file, "orders")
    aside = await restore(settings, backup)
    before = state_of(file)
    with pytest.raises(BackupError, match=r"is damaged \(.*Nothing was changed.*restore FILE") as found:
        await undo(settings)
    assert aside in str(found.value)
    assert state_of(file) == before
    assert await titles(settings) == ["Emma"]


@pytest.fixture
def lost(file: Path, backup: Path) -> None:
    file.unlink()


async def test_a_lost_database_is_restored(settings: Settings, backup: Path, lost: None) -> None:
    assert await restore(settings, backup) == ""
    assert await titles(settings) == ["Emma"]


async def test_a_database_that_appears_meanwhile_is_not_replaced_while_open(
    file: Path, settings: Settings, backup: Path, lost: None
) -> None:
    """By another restore, after which the shop was started, or by `bookshop migrate`."""
    with ExitStack() as shop:

        async def prepare(restored: Database) -> None:
            await update_database(restored)
            opened = shop.enter_context(closing(sqlite3.connect(file)))
            opened.execute("PRAGMA journal_mode = WAL").fetchall()
            opened.execute("CREATE TABLE other (id)")

        with pytest.raises(BackupError, match="in use"):
            await restore_backup(settings, backup, prepare)
    with closing(sqlite3.connect(file)) as kept:
        assert kept.execute("SELECT name FROM sqlite_schema").fetchall() == [("other",)]


@pytest.mark.parametrize("is_damaged", [False, True])
async def test_a_database_that_another_process_has_open_is_not_replaced(
    file: Path, settings: Settings, backup: Path, held_open: None, *, is_damaged: bool
) -> None:
    if is_damaged:
        damage(file)
    before = state_of(file)
    with pytest.raises(BackupError, match="in use"):
        await restore(settings, backup)
    assert state_of(file) == before


def test_what_was_put_aside_is_found_whatever_the_name(tmp_path: Path) -> None:
    aside = tmp_path / "shop[1]*.db.before-20261129T120000.000000Z"
    aside.touch()
    (tmp_path / "shop1.db.before-20261129T130000.000000Z").touch()
    assert find_file_aside(tmp_path / "shop[1]*.db") == aside


async def test_the_restored_file_has_the_rights_of_the_one_before(
    file: Path, settings: Settings, backup: Path
) -> None:
    before = state_of(file)
    await restore(settings, backup)
    after = state_of(file)
    assert after[0] != before[0]
    assert after[1] == before[1] == 0o644
