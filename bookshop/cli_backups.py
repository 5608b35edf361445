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
    "--verify",
    "is_verified",
    is_flag=True,
    help="Also restore it into a temporary place, bring it up to date there, and audit it. "
    "With FILE, which must exist, nothing else is done.",
)
@click.option(
    "--with-secrets", is_flag=True, help="Also put the settings in it: Stripe's keys, SECRET_KEY, passwords."
)
def backup(file: Path | None, keep: int, *, is_verified: bool, with_secrets: bool) -> None:
    """Back up the shop while it is open.

    One file has the database and the covers; it is checked before it gets its name. Without FILE it is a new
    one in BACKUPS_DIR, and those there that are no longer needed are deleted.
    """
    from bookshop.commands.backup import back_up, verify

    if is_verified and file is not None:
        if not file.exists():
            raise click.ClickException(
                f"{file} does not exist. To make a backup there: bookshop backup {file}"
            )
        verify(file)
        return
    made = back_up(file, keep, with_secrets=with_secrets)
    if is_verified:
        verify(made)


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--undo", is_flag=True, help="Put back what was there before the last restore.")
@click.option("--yes", "is_confirmed", is_flag=True, help="Restore, or undo, without asking.")
def restore(file: Path | None, *, undo: bool, is_confirmed: bool) -> None:
    """Restore the shop from a backup.

    The shop must be stopped. FILE is checked, restored beside the shop's data and brought up to date there;
    then it takes their place in one step. What was there before is kept, and --undo puts it back.
    """
    from bookshop.commands.restore import restore_shop, undo_restoring

    if undo == (file is not None):
        raise click.UsageError("Give either FILE or --undo.")
    if file is None:
        undo_restoring(is_confirmed=is_confirmed)
    else:
        restore_shop(file, is_confirmed=is_confirmed)


BACKUP_COMMANDS = (backup, restore)
