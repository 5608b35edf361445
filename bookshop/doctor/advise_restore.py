"""Advise to restore the newest backup."""

from pathlib import Path

from bookshop.backups.backup_folder import list_backups


def advise_restore(folder: Path) -> str:
    """Return the command that restores the newest backup in `folder`, or that there is none."""
    if backups := list_backups(folder):
        newest = backups[-1].file.absolute()
        return f"Stop the shop, and restore the newest backup: `bookshop restore {newest}`."
    return f"There is no backup in {folder.absolute()}. If you have one elsewhere: `bookshop restore FILE`."
