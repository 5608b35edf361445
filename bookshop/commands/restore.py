"""`bookshop restore`: put the shop of a backup in the place of this one, and back."""

import asyncio
from pathlib import Path

import click
from tqdm import tqdm

from bookshop.backups.backup_folder import describe_backup
from bookshop.backups.progress import ProgressReporter
from bookshop.backups.restore import find_present_shop, restore_backup
from bookshop.backups.undo_restore import find_aside, undo_restore
from bookshop.commands.backup import backup_errors, describe, progress_bar
from bookshop.commands.migrate import update_database
from bookshop.commands.recover import recover
from bookshop.commands.runner import StripeFailed
from bookshop.database.describe import name_of
from bookshop.settings import Settings, settings_or_exit

NOT_COMPARED = (
    "It was not yet compared with Stripe: {reason} Start the shop: while it serves, it compares by itself as "
    "soon as Stripe responds. Until then paid orders wait for their number, and `bookshop audit` reports it."
)


def restore_shop(file: Path, *, is_confirmed: bool) -> None:
    """Restore a backup, after a confirmation, and compare it with Stripe."""
    settings = settings_or_exit()
    with backup_errors():
        aside = check_and_restore(settings, file, is_confirmed=is_confirmed)
    click.echo("The shop is restored. Staff sign in again, and the office asks about each mail that waited.")
    if aside:
        click.echo(f"What was there before is kept as {aside}. To put it back: bookshop restore --undo")
    compare_with_stripe()


def check_and_restore(settings: Settings, file: Path, *, is_confirmed: bool) -> str:
    """Show what is in a backup, ask, and restore it; return where the old database is kept."""
    backup = describe_backup(file)
    click.echo(f"{file}: made {backup.made_at:%Y-%m-%d %H:%M} UTC, {describe(backup)}.")
    place, shop_id = name_of(settings.database_url), asyncio.run(find_present_shop(settings))
    question = f"Restore it into {place}?"
    if shop_id not in ("", backup.manifest.shop_id):
        click.echo(
            f"It is a backup of another shop ({backup.manifest.shop_id}) than the one there ({shop_id})."
        )
        question = f"Restore it into {place}, in the place of the other shop?"
    if not is_confirmed:
        click.confirm(question, abort=True, err=True)
    # it is read for the database, and for the covers
    with progress_bar("Restore", 2 * backup.manifest.size) as on_bytes:
        progress = ProgressReporter(tqdm.write, on_bytes)
        return asyncio.run(restore_backup(settings, file, update_database, progress))


def undo_restoring(*, is_confirmed: bool) -> None:
    """Put back what was there before the last restore, after a confirmation."""
    settings = settings_or_exit()
    with backup_errors():
        if not is_confirmed:
            before, place = asyncio.run(find_aside(settings)), name_of(settings.database_url)
            click.confirm(f"Put {before} in the place of {place}?", abort=True, err=True)
        aside = asyncio.run(undo_restore(settings, update_database))
    kept = f" The one that it replaced is kept as {aside}." if aside else ""
    click.echo(f"The database from before is back.{kept}")
    compare_with_stripe()


def compare_with_stripe() -> None:
    """Bring the shop in line with what was paid since, or say that it does so later."""
    try:
        recover(None, as_json=False)
    except StripeFailed as problem:
        click.echo(NOT_COMPARED.format(reason=problem.reason), err=True)
