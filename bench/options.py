"""Options that several benchmarks share."""

from pathlib import Path

import click

database_option = click.option(
    "--database", "kind", type=click.Choice(["sqlite", "postgresql"]), default="sqlite", show_default=True
)
keep_option = click.option(
    "--keep",
    type=click.Path(path_type=Path),
    help="Keep the database here for the next run: a file, or a folder for PostgreSQL.",
)
