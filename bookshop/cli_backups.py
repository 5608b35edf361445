"""The commands that back up the shop."""

from pathlib import Path

import click


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    default=14,
    show_default=True,
    metavar="DAYS",
    help="Days of which a backup is kept, beside 4 weeks and 6 months. Only in BACKUPS_DIR, without FILE.",
)
@click.option(
    "--with-secrets", is_flag=True, help="Also put the settings in it: Stripe's keys, SECRET_KEY, passwords."
)
def backup(file: Path | None, keep: int, *, with_secrets: bool) -> None:
    """Back up the shop while it is open.

    One file has the database and the covers; it is checked before it gets its name. Without FILE it is a new
    one in BACKUPS_DIR, and those there that are no longer needed are deleted.
    """
    from bookshop.commands.backup import back_up

    back_up(file, keep, with_secrets=with_secrets)


BACKUP_COMMANDS = (backup,)
