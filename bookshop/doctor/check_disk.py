"""Check the room on disks, and that SQLite's file is on one whose locks work."""

import os
from collections.abc import Iterator
from pathlib import Path

from bookshop.database.describe import sqlite_file
from bookshop.doctor.check import Deployment, Result, Results, State
from bookshop.doctor.first_existing_parent import first_existing_parent

DISK, FILE_SYSTEM = "Disk", "File system"
MB = 1_000_000
MIN_FREE, GOOD_FREE = 200 * MB, 1000 * MB
MIN_FREE_FILES = 1000
MOUNTS = Path("/proc/self/mounts")
# locks and shared memory between processes fail on these: https://www.sqlite.org/faq.html#q5
NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "afs", "glusterfs", "ocfs2", "lustre", "vboxsf"}
)
NETWORK_PREFIX = "fuse."
LOST_AT_RESTART = frozenset({"tmpfs", "ramfs", "overlay"})


def check_disk(deployment: Deployment) -> Results:
    """Judge each disk that the shop writes to once, and the file system of a SQLite file."""
    file = sqlite_file(deployment.settings.database_url)
    settings = deployment.settings
    folders = [settings.covers_dir, settings.backups_dir, *([file.parent] if file else [])]
    size = file.stat().st_size if file and file.exists() else 0
    disks = {folder.stat().st_dev: folder for folder in map(first_existing_parent, folders)}
    return [
        *(judge_space(folder, os.statvfs(folder), size) for folder in disks.values()),
        *(judge_file_system(file, find_file_system(file)) if file else ()),
    ]


def judge_space(folder: Path, space: os.statvfs_result, database_bytes: int) -> Result:
    """Judge a disk: a backup needs as much room as the database."""
    free = space.f_bavail * space.f_frsize
    what = f"{free / MB:,.0f} MB are free at {folder}."
    why = "When a disk is full, nothing can be sold."
    fix = f"Delete what is not needed there, or use a larger disk: du -xh {folder} | sort -h | tail"
    if free < MIN_FREE:
        return Result(DISK, State.PROBLEM, what, why, fix)
    if space.f_files and space.f_favail < MIN_FREE_FILES:
        return Result(DISK, State.PROBLEM, f"No more than {space.f_favail} files fit at {folder}.", why, fix)
    if free < max(GOOD_FREE, 2 * database_bytes):
        return Result(DISK, State.WARNING, what, "Backups and updates need room for a copy of the shop.", fix)
    return Result(DISK, State.OK, what)


def judge_file_system(file: Path, kind: str) -> Iterator[Result]:
    """Judge where a SQLite file is; nothing if that is not known."""
    if kind in NETWORK_FILE_SYSTEMS or kind.startswith(NETWORK_PREFIX):
        what = f"{file.absolute()} is on a network file system ({kind})."
        fix = "Move it to a disk of this machine and change DATABASE_URL, or use PostgreSQL."
        yield Result(
            FILE_SYSTEM, State.PROBLEM, what, "SQLite’s locks fail there, which damages the file.", fix
        )
    elif kind in LOST_AT_RESTART:
        what = f"{file.absolute()} is on a file system that may not outlive a restart ({kind})."
        fix = "Move it to a disk, or in a container to a volume, and change DATABASE_URL."
        yield Result(FILE_SYSTEM, State.WARNING, what, "All orders would be lost.", fix)
    elif kind:
        yield Result(FILE_SYSTEM, State.OK, f"The database is on {kind}.")


def find_file_system(file: Path) -> str:
    """Return the kind of the file system, empty if this machine does not tell."""
    try:
        lines = MOUNTS.read_text().splitlines()
    except OSError:
        return ""
    mounts = {Path(decode(where)): kind for _, where, kind, *_ in map(str.split, lines)}
    # the last one mounted at a place is the one that is seen
    return next((mounts[path] for path in with_parents(file) if path in mounts), "")


def decode(text: str) -> str:
    """Return the path that the kernel wrote with octal escapes."""
    return text.encode().decode("unicode_escape").encode("latin-1").decode()


def with_parents(file: Path) -> Iterator[Path]:
    """Yield the folder of a file, then each one above it."""
    folder = first_existing_parent(file.parent).resolve()
    yield folder
    yield from folder.parents
