"""`bookshop migrate`: bring the database up to date."""

from functools import partial

import click

from bookshop.backups.before_migration import needs_backup
from bookshop.backups.errors import BackupError
from bookshop.backups.make_backup import make_backup
from bookshop.catalogue.samples import load_samples
from bookshop.commands.runner import describe_os_error, run_with_any_database
from bookshop.database import Database
from bookshop.database.describe import describe_missing, sqlite_file
from bookshop.importing.refresh_store import begin_refresh
from bookshop.migrations import IncompatibleDatabase
from bookshop.migrations import migrate as migrate_schema
from bookshop.search.index_sync import index_missing
from bookshop.settings import Settings, settings_or_exit

NOT_BACKED_UP = (
    "The database was not updated, since its backup failed. {reason} "
    "`bookshop migrate --no-backup` updates it without one."
)


def migrate(*, with_samples: bool, with_backup: bool) -> None:
    """Bring the shop's database up to date; back it up first if that changes it."""
    settings = settings_or_exit()
    if with_backup:
        run_with_any_database(settings, partial(back_up, settings))
    samples = run_with_any_database(
        settings, lambda database: prepare_database(database, settings, with_samples=with_samples)
    )
    click.echo("The database is up to date.")
    if with_samples:
        click.echo(
            f"Added {samples} sample books." if samples else "It has books already, so no samples were added."
        )


async def back_up(settings: Settings, database: Database) -> None:
    """Back up a database that is to be migrated and has content; raises ClickException."""
    if describe_missing(settings.database_url) or not await database.read(needs_backup):
        return
    try:
        made = await make_backup(settings, database, is_automatic=True)
    except (BackupError, OSError) as problem:
        reason = describe_os_error(problem) if isinstance(problem, OSError) else str(problem)
        raise click.ClickException(NOT_BACKED_UP.format(reason=reason)) from None
    click.echo(f"The shop before the update: {made.file} ({made.size / 1e6:,.1f} MB).")


async def prepare_database(database: Database, settings: Settings, *, with_samples: bool) -> int:
    """Create or migrate the database, complete the index, and load samples if it is empty.

    Returns the number of samples.
    """
    if file := sqlite_file(settings.database_url):
        file.parent.mkdir(parents=True, exist_ok=True)
        # it has names and addresses; SQLite's other files get the same mode
        file.touch(mode=0o660)
    await update_database(database)
    return await database.write(load_samples, settings.shop_currency) if with_samples else 0


async def update_database(database: Database) -> None:
    """Migrate a database, and complete its index; raises ClickException."""
    try:
        await database.write(migrate_schema)
    except IncompatibleDatabase as problem:
        raise click.ClickException(str(problem)) from None
    await database.write(begin_refresh)
    await index_missing(database)
