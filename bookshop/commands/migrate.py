"""`bookshop migrate`: bring the database up to date."""

from functools import partial

import click

from bookshop.backups.backup_folder import list_backups
from bookshop.backups.before_migration import needs_backup
from bookshop.backups.errors import BackupError
from bookshop.backups.make_backup import make_backup
from bookshop.catalogue.samples import load_samples
from bookshop.commands.runner import describe_os_error, run_with_any_database
from bookshop.database import Database
from bookshop.database.describe import describe_missing, name_of, sqlite_file
from bookshop.importing.refresh_store import begin_refresh
from bookshop.migrations import IncompatibleDatabase, find_revision
from bookshop.migrations import migrate as migrate_schema
from bookshop.search.index_sync import index_missing
from bookshop.settings import Settings, settings_or_exit

NO_SHOP = (
    "There is no shop in the database {place}, but there are backups of one. If its disk is not mounted or "
    "DATABASE_URL is wrong, put that right. If the database is lost: `bookshop restore {newest}`. "
    "To begin an empty shop all the same: `bookshop migrate --new`."
)
NOT_BACKED_UP = (
    "The database was not updated, since its backup failed. {reason} "
    "`bookshop migrate --no-backup` updates it without one."
)


def migrate(*, with_samples: bool, with_backup: bool, may_begin_anew: bool) -> None:
    """Bring the shop's database up to date, or create it; back it up first if that changes it."""
    settings = settings_or_exit()
    is_empty = run_with_any_database(settings, partial(has_no_shop, settings.database_url))
    if is_empty and not may_begin_anew:
        refuse_beside_backups(settings)
    if with_backup and not is_empty:
        run_with_any_database(settings, partial(back_up, settings))
    samples = run_with_any_database(
        settings, lambda database: prepare_database(database, settings, with_samples=with_samples)
    )
    click.echo("The database is created." if is_empty else "The database is up to date.")
    if with_samples:
        click.echo(
            f"Added {samples} sample books." if samples else "It has books already, so no samples were added."
        )


async def has_no_shop(url: str, database: Database) -> bool:
    """Return whether the database does not exist or is empty."""
    return bool(describe_missing(url)) or await database.read(find_revision) is None


def refuse_beside_backups(settings: Settings) -> None:
    """Raise ClickException if there are backups of a shop, whose database may be lost."""
    if backups := list_backups(settings.backups_dir):
        place, newest = name_of(settings.database_url), backups[-1].file
        raise click.ClickException(NO_SHOP.format(place=place, newest=newest))


async def back_up(settings: Settings, database: Database) -> None:
    """Back up a database that is to be migrated and has content; raises ClickException."""
    if not await database.read(needs_backup):
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
