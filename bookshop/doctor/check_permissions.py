"""Check who may read and write the shop's files."""

import os
import stat
from collections.abc import Iterator
from glob import escape
from pathlib import Path

from bookshop.backups.backup import PATTERN
from bookshop.backups.restore_sqlite import ASIDE
from bookshop.database.describe import sqlite_file
from bookshop.doctor.check import Deployment, Result, Results, State

NAME = "Permissions"
OTHERS_MAY_READ, OTHERS_MAY_WRITE, OTHERS_MAY_ENTER = stat.S_IROTH, stat.S_IWOTH, stat.S_IXOTH
ALL_OF_OTHERS = stat.S_IRWXO
MAX_NAMED = 3
WHY_PRIVATE = "Every user and program on this machine can read it."
WHY_WRITABLE = "Every user and program on this machine can change the shop."
WHY_OWNER = "The shop cannot write what belongs to another user."


def check_permissions(deployment: Deployment) -> Results:
    """Return a problem for each file that is open to others, or belongs to another user."""
    problems = [
        *(result for paths in list_private(deployment) for result in judge_private(paths)),
        *(result for path in list_folders(deployment) for result in judge_writable(path)),
        *judge_owners(deployment),
    ]
    return problems or [Result(NAME, State.OK, "Secrets and orders are closed to other users.")]


def list_private(deployment: Deployment) -> list[list[Path]]:
    """Return the files and folders with secrets or personal data that exist, in groups."""
    # not the folder itself, which may hold what others need
    backups = sorted(deployment.settings.backups_dir.glob(PATTERN))
    groups = ([deployment.env_file], database_files(deployment), list_aside(deployment), backups)
    return [[path.absolute() for path in paths if path.exists()] for paths in groups]


def database_files(deployment: Deployment) -> list[Path]:
    file = sqlite_file(deployment.settings.database_url)
    return [Path(f"{file}{end}") for end in ("", "-wal", "-shm")] if file else []


def list_aside(deployment: Deployment) -> list[Path]:
    """Return the databases that restores have put aside, with their logs."""
    file = sqlite_file(deployment.settings.database_url)
    return sorted(file.parent.glob(f"{escape(file.name)}{ASIDE}*")) if file else []


def list_folders(deployment: Deployment) -> list[Path]:
    """Return the folders that the shop writes to and that exist."""
    folders = [deployment.settings.covers_dir, *(file.parent for file in database_files(deployment)[:1])]
    return [folder.absolute() for folder in folders if folder.is_dir()]


def judge_private(paths: list[Path]) -> Iterator[Result]:
    """Yield a problem if others can read some of these paths."""
    found = [path for path in paths if path.stat().st_mode & OTHERS_MAY_READ and is_reachable(path)]
    if found:
        yield close_to_others(found, "can be read by others", WHY_PRIVATE, ALL_OF_OTHERS)


def judge_writable(path: Path) -> Iterator[Result]:
    """Yield a problem if others can write to this folder."""
    mode = path.stat().st_mode
    if mode & OTHERS_MAY_WRITE and not mode & stat.S_ISVTX and is_reachable(path):
        yield close_to_others([path], "can be written by others", WHY_WRITABLE, OTHERS_MAY_WRITE)


def is_reachable(path: Path) -> bool:
    """Return whether others may enter each folder above this path."""
    return all(folder.stat().st_mode & OTHERS_MAY_ENTER for folder in path.parents)


def close_to_others(paths: list[Path], what: str, why: str, bits: int) -> Result:
    """Return the problem, which is repaired by taking these bits of the modes."""

    def repair() -> str:
        for path in paths:
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~bits)
        return f"{name_first(paths)} {'is' if len(paths) == 1 else 'are'} closed to others."

    fix = f"chmod o-{'rwx' if bits == ALL_OF_OTHERS else 'w'} {' '.join(map(str, paths))}"
    return Result(NAME, State.PROBLEM, f"{name_first(paths)} {what}.", why, fix, repair)


def name_first(paths: list[Path]) -> str:
    """Return the first few paths, and how many more there are."""
    named = ", ".join(map(str, paths[:MAX_NAMED]))
    return f"{named} and {len(paths) - MAX_NAMED} more" if len(paths) > MAX_NAMED else named


def judge_owners(deployment: Deployment) -> Iterator[Result]:
    """Yield a problem for each path whose owner is not that of the database's folder."""
    files = [file.absolute() for file in database_files(deployment) if file.exists()]
    if not files:
        return
    owner = files[0].parent.stat().st_uid
    for path in (*files, *list_folders(deployment)):
        if path.stat().st_uid != owner:
            what = f"{path} does not belong to the user of {files[0].parent}."
            fix = f"As root: chown --reference={files[0].parent} {path}"
            yield Result(NAME, State.PROBLEM, what, WHY_OWNER, fix)
    if os.geteuid() != owner and owner:
        what = f"You are not the user to whom {files[0].parent} belongs."
        fix = f"Run commands as that user: sudo -u '#{owner}' bookshop doctor"
        yield Result(NAME, State.WARNING, what, "Files that you create may be closed to the shop.", fix)
