"""Delete the backups that are no longer needed."""

from pathlib import Path

from bookshop.backups.backup import Backup
from bookshop.backups.backup_folder import list_backups, verified_mark
from bookshop.backups.rotation import find_outdated


def delete_outdated(folder: Path, days: int) -> list[Backup]:
    """Delete outdated backups of a folder and nothing else; return what they were."""
    outdated = find_outdated(list_backups(folder), days)
    for backup in outdated:
        backup.file.unlink(missing_ok=True)
        verified_mark(backup.file).unlink(missing_ok=True)
    return outdated
