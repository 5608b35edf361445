"""`bookshop backup`: back up the shop to one file."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError
from tqdm import tqdm

from bookshop.backups.archive import OnBytes
from bookshop.backups.backup import Backup
from bookshop.backups.backup_folder import describe_backup
from bookshop.backups.errors import BackupError
from bookshop.backups.facts import read_facts
from bookshop.backups.make_backup import count_bytes, write_backup
from bookshop.backups.progress import ProgressReporter
from bookshop.backups.rotate import delete_outdated
from bookshop.backups.verify_backup import verify_backup
from bookshop.commands.migrate import update_database
from bookshop.commands.runner import describe_os_error, run_with_any_database
from bookshop.database.describe import describe_missing
from bookshop.orders.audit.find_violations import TO_DO_RULES
from bookshop.settings import settings_or_exit
from bookshop.settings.load import dump_settings


def back_up(file: Path | None, keep: int, *, with_secrets: bool) -> Path:
    """Make a backup, delete those that are no longer needed, and return its file."""
    settings = settings_or_exit()
    secrets = dump_settings() if with_secrets else ""
    with backup_errors():
        if missing := describe_missing(settings.database_url):
            raise BackupError(missing)
        facts = run_with_any_database(settings, lambda database: database.read(read_facts))
        with progress_bar("Backup", 2 * count_bytes(settings)) as on_bytes:
            made = write_backup(settings, facts, file, secrets=secrets, on_bytes=on_bytes)
        click.echo(f"{made.file}: {describe(made)}.")
        if file is None:
            for outdated in delete_outdated(settings.backups_dir, keep):
                click.echo(f"{outdated.file.name} is no longer needed and was deleted.")
    return made.file


def verify(file: Path) -> None:
    """Verify a backup and print what its audit found; exit with 1 if a rule is broken."""
    settings = settings_or_exit()
    with backup_errors(), progress_bar("Verify", describe_backup(file).manifest.size) as on_bytes:
        progress = ProgressReporter(tqdm.write, on_bytes)
        found = asyncio.run(verify_backup(settings, file, update_database, progress))
    click.echo(f"{file} can be restored. Books: {found.books:,}, orders: {found.orders:,}.")
    for rule, count in found.broken.items():
        click.echo(f"Its audit found {count:,} of {rule}. `bookshop audit` shows those of the shop.")
    sys.exit(1 if found.broken.keys() - TO_DO_RULES else 0)


def describe(backup: Backup) -> str:
    """Return what is in a backup."""
    manifest = backup.manifest
    covers = sum(part.files for part in manifest.parts if part.name == "covers")
    return (
        f"{backup.size / 1e6:,.1f} MB, schema {manifest.revision}, orders up to {manifest.last_number}, "
        f"{covers:,} files of covers"
    )


@contextmanager
def progress_bar(name: str, total: int) -> Iterator[OnBytes]:
    """Show how many bytes were read, on a terminal."""
    with tqdm(desc=name, total=total, unit="B", unit_scale=True, disable=None, leave=False) as bar:
        yield bar.update


@contextmanager
def backup_errors() -> Iterator[None]:
    """Turn what went wrong into one line."""
    try:
        yield
    except BackupError as problem:
        raise click.ClickException(str(problem)) from None
    except SQLAlchemyError as problem:
        raise click.ClickException(
            f"The database could not be used ({type(problem).__name__}). Run `bookshop doctor`."
        ) from None
    except OSError as problem:
        raise click.ClickException(describe_os_error(problem)) from None
