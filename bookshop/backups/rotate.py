"""Delete the backups that are no longer needed."""

import time
from pathlib import Path

from bookshop.backups.backup import Backup
from bookshop.backups.backup_folder import list_backups, verified_mark
from bookshop.backups.rotation import find_outdated

# one that was just made stays even if the clock was set back, or another process is about to verify it
FRESH_SECONDS = 3600


def delete_outdated(folder: Path, days: int) -> list[Backup]:
    """Delete outdated backups of a folder and nothing else; return what they were."""
    outdated = [one for one in find_outdated(list_backups(folder), days) if not _is_fresh(one.file)]
    for backup in outdated:
        backup.file.unlink(missing_ok=True)
        verified_mark(backup.file).unlink(missing_ok=True)
    return outdated


def _is_fresh(file: Path) -> bool:
    return file.exists() and time.time() - file.stat().st_mtime < FRESH_SECONDS
