"""A folder of backups: unfinished ones are in folders of their own and count for nothing."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from bookshop.backups.backup import PATTERN, VERIFIED_SUFFIX, Backup
from bookshop.backups.errors import BackupError, DamagedBackup
from bookshop.backups.read_archive import read_manifest

UNFINISHED = ".unfinished-"
FOLDER_MODE = 0o700


def list_backups(folder: Path) -> list[Backup]:
    """Return the backups of a folder, the newest last; files that are not backups are left out."""
    found = []
    for file in filter(Path.is_file, folder.glob(PATTERN)):
        with suppress(DamagedBackup, OSError):
            found.append(describe_backup(file))
    return sorted(found, key=lambda backup: (backup.made_at, backup.file))


def describe_backup(file: Path) -> Backup:
    """Return what a backup states about itself; raises DamagedBackup, OSError."""
    manifest, verified_at = read_manifest(file), None
    with suppress(FileNotFoundError):
        verified_at = datetime.fromtimestamp(verified_mark(file).stat().st_mtime, UTC)
    return Backup(file=file, size=file.stat().st_size, verified_at=verified_at, manifest=manifest)


def verified_mark(file: Path) -> Path:
    """Return the empty file that states when a backup was verified."""
    return file.with_name(file.name + VERIFIED_SUFFIX)


@contextmanager
def open_working_folder(parent: Path) -> Iterator[Path]:
    """Return a new folder within `parent` that is deleted afterwards.

    Only one process at a time has one; another waits. What killed ones have left is deleted.
    """
    parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    with _locked(parent) as is_locked:
        if is_locked:
            _delete_unfinished(parent)
        folder = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=parent))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def delete_leftovers(folder: Path) -> int:
    """Delete what killed processes have left, unless one is at work; return how many."""
    with suppress(OSError), _locked(folder, fcntl.LOCK_NB) as is_locked:
        return _delete_unfinished(folder) if is_locked else 0
    return 0


def sync_folder(folder: Path) -> None:
    """Make sure that the names in a folder outlive a power cut."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def unused_file(folder: Path, name: str) -> Path:
    """Return the name for a new backup; several may be made in one second."""
    file, count = folder / f"{name}.tar.zst", 1
    while file.exists():
        count += 1
        file = folder / f"{name}-{count}.tar.zst"
    return file


def refuse_existing(file: Path) -> None:
    """Raise BackupError if the file exists."""
    if file.exists():
        raise BackupError(f"{file} exists already. Name a new file, or move that one away.")


def refuse_missing_folder(file: Path) -> None:
    """Raise BackupError if the folder of the file does not exist: its disk may not be mounted."""
    if not file.parent.is_dir():
        raise BackupError(
            f"The folder {file.parent} does not exist. Mount its disk, or create it, then try again."
        )


def _delete_unfinished(folder: Path) -> int:
    leftovers = [path for path in folder.glob(f"{UNFINISHED}*") if path.is_dir()]
    for path in leftovers:
        shutil.rmtree(path, ignore_errors=True)
    return len(leftovers)


@contextmanager
def _locked(folder: Path, flags: int = 0) -> Iterator[bool]:
    """Lock a folder; some file systems cannot."""
    number = os.open(folder, os.O_RDONLY)
    try:
        is_locked = False
        with suppress(OSError):
            fcntl.flock(number, fcntl.LOCK_EX | flags)
            is_locked = True
        yield is_locked
    finally:
        os.close(number)
