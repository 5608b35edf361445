"""`bookshop migrate` backs up what it is about to change."""

import subprocess
from pathlib import Path

from sqlalchemy import Connection

from bookshop.backups.backup_folder import list_backups
from bookshop.migrations import list_revisions
from tests.builders import ENVIRONMENT
from tests.fork_server import run_command
from tests.server.test_supervisor import clean_environment
from tests.test_expand_only import in_empty_database, read_revision
from tests.test_migrations import add_row, upgrade

BEFORE, NEWEST = list_revisions()[-2:]


def make_earlier(db: Connection) -> None:
    """Create the tables of the version before, with a book."""
    upgrade(db, BEFORE)
    add_row(db, "books", isbn="9780306406157", listed_on="2026-01-01")


def migrate(url: str, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    env = {**clean_environment(), **ENVIRONMENT, "DATABASE_URL": url}
    return run_command(["migrate", *options], folder, env)


async def test_a_database_with_content_is_backed_up_once(database_url: str, tmp_path: Path) -> None:
    url = database_url.replace("bookshop.db", "earlier.db")
    await in_empty_database(url, make_earlier)
    done = migrate(url, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    (made,) = list_backups(tmp_path / "var/backups")
    assert (made.manifest.revision, made.is_automatic) == (BEFORE, True)
    assert f"The shop before the update: var/backups/{made.file.name} (" in done.stdout
    assert await read_revision(url) == NEWEST
    assert migrate(url, tmp_path).returncode == 0
    assert list_backups(tmp_path / "var/backups") == [made]


async def test_a_new_or_empty_database_needs_no_backup(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/empty.db"
    assert migrate(f"sqlite:///{tmp_path}/new/shop.db", tmp_path).returncode == 0
    await in_empty_database(url, lambda db: upgrade(db, BEFORE))
    assert migrate(url, tmp_path).returncode == 0
    assert not (tmp_path / "var").exists()


async def test_without_its_backup_a_database_stays_as_it_is(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/earlier.db"
    await in_empty_database(url, make_earlier)
    (tmp_path / "var").write_text("not a folder")
    done = migrate(url, tmp_path)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("Error: The database was not updated, since its backup failed. var/backups: ")
    assert "`bookshop migrate --no-backup`" in line
    assert await read_revision(url) == BEFORE
    assert migrate(url, tmp_path, "--no-backup").returncode == 0
    assert await read_revision(url) == NEWEST


async def test_an_empty_shop_does_not_take_the_place_of_a_lost_one(database_url: str, tmp_path: Path) -> None:
    is_sqlite = database_url.startswith("sqlite")
    earlier = f"sqlite:///{tmp_path}/earlier.db" if is_sqlite else database_url
    lost = f"sqlite:///{tmp_path}/new/lost.db" if is_sqlite else database_url
    await in_empty_database(earlier, make_earlier)
    assert migrate(earlier, tmp_path).returncode == 0
    (backup,) = list_backups(tmp_path / "var/backups")
    if lost == earlier:
        await in_empty_database(lost, lambda db: None)
    done = migrate(lost, tmp_path)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert f"`bookshop restore var/backups/{backup.file.name}`" in line
    assert not (tmp_path / "new").exists()
    assert migrate(lost, tmp_path, "--new").stdout == "The database is created.\n"
    assert await read_revision(lost) == NEWEST
