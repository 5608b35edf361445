"""`bookshop migrate`: bring the database up to date."""

import click

from bookshop.catalogue.samples import load_samples
from bookshop.commands.runner import run_with_any_database
from bookshop.database import Database
from bookshop.database.describe import sqlite_file
from bookshop.importing.refresh_store import begin_refresh
from bookshop.migrations import IncompatibleDatabase
from bookshop.migrations import migrate as migrate_schema
from bookshop.search.index_sync import index_missing
from bookshop.settings import Settings, settings_or_exit


def migrate(*, with_samples: bool) -> None:
    """Bring the shop's database up to date."""
    settings = settings_or_exit()
    samples = run_with_any_database(
        settings, lambda database: prepare_database(database, settings, with_samples=with_samples)
    )
    click.echo("The database is up to date.")
    if with_samples:
        click.echo(
            f"Added {samples} sample books." if samples else "It has books already, so no samples were added."
        )


async def prepare_database(database: Database, settings: Settings, *, with_samples: bool) -> int:
    """Create or migrate the database, complete the index, and load samples if it is empty.

    Returns the number of samples.
    """
    if file := sqlite_file(settings.database_url):
        file.parent.mkdir(parents=True, exist_ok=True)
    try:
        await database.write(migrate_schema)
    except IncompatibleDatabase as problem:
        raise click.ClickException(str(problem)) from None
    await database.write(begin_refresh)
    await index_missing(database)
    return await database.write(load_samples, settings.shop_currency) if with_samples else 0
