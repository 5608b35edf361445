"""Check that backups are made, verified, and kept on another disk."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bookshop.backups.backup import Backup
from bookshop.backups.backup_folder import UNFINISHED, delete_leftovers, list_backups
from bookshop.backups.make_backup import is_within
from bookshop.database.describe import sqlite_file
from bookshop.doctor.check import Deployment, Result, Results, State
from bookshop.doctor.first_existing_parent import first_existing_parent

NAME, VERIFIED, PLACE, LEFTOVERS = "Backups", "Verified backup", "Place of backups", "Unfinished backups"
LATE, TOO_LATE = timedelta(hours=26), timedelta(days=3)
MAX_UNVERIFIED, MAX_UNCOPIED = timedelta(days=35), timedelta(days=8)
# written by what copies the backups to another place
COPIED = ".copied"
# a backup of a large shop may take as long
LEFT_AFTER = timedelta(days=1)
WHY = "If the disk fails, everything since then is lost."


def check_backups(deployment: Deployment) -> Results:
    """Judge the backups in BACKUPS_DIR."""
    folder, now = deployment.settings.backups_dir, datetime.now(UTC)
    backups = list_backups(folder) if folder.is_dir() else []
    return [
        judge_newest(backups, now, is_live=deployment.settings.is_live),
        *judge_verified(backups, now),
        *judge_folder(folder, deployment.settings.covers_dir),
        *(judge_place(folder, sqlite_file(deployment.settings.database_url), now) if backups else ()),
        *judge_leftovers(folder, now),
    ]


def judge_newest(backups: Sequence[Backup], now: datetime, *, is_live: bool) -> Result:
    """Judge the age of the newest backup; one is made every day."""
    fix = "Run `bookshop backup` now, and each night by the timer of docs/backups.md."
    if not backups:
        state = State.PROBLEM if is_live else State.WARNING
        return Result(NAME, state, "There is no backup.", "If the disk fails, everything is lost.", fix)
    made_at = backups[-1].made_at
    what = f"The newest backup is of {made_at:%Y-%m-%d %H:%M} UTC; backups kept: {len(backups)}."
    if now - made_at > LATE:
        return Result(NAME, State.PROBLEM if now - made_at > TOO_LATE else State.WARNING, what, WHY, fix)
    return Result(NAME, State.OK, what)


def judge_verified(backups: Sequence[Backup], now: datetime) -> Iterator[Result]:
    """Judge when a backup was last restored into a temporary place."""
    if not backups:
        return
    verified = max((backup.verified_at for backup in backups if backup.verified_at), default=None)
    if verified and now - verified <= MAX_UNVERIFIED:
        yield Result(VERIFIED, State.OK, f"A backup was verified on {verified:%Y-%m-%d}.")
    else:
        what = "No backup was verified in the last five weeks."
        why = "Only a backup that was restored once is known to work."
        yield Result(VERIFIED, State.WARNING, what, why, "bookshop backup --verify")


def judge_folder(folder: Path, covers: Path) -> Iterator[Result]:
    """Judge whether backups would be backed up as covers."""
    if is_within(folder, covers):
        what = f"BACKUPS_DIR is within COVERS_DIR: {folder.absolute()}."
        why = "No backup is made, since each would have the earlier ones in it."
        fix = "Set BACKUPS_DIR to a folder outside of COVERS_DIR, and move the backups there."
        yield Result(PLACE, State.PROBLEM, what, why, fix)


def judge_place(folder: Path, database: Path | None, now: datetime) -> Iterator[Result]:
    """Judge whether the backups are also on another disk than the database."""
    if database is None or first_existing_parent(database.parent).stat().st_dev != folder.stat().st_dev:
        return
    what, mark = f"{folder.absolute()} is on the same disk as the database.", folder.absolute() / COPIED
    if mark.exists() and now - (copied_at := changed_at(mark)) <= MAX_UNCOPIED:
        yield Result(PLACE, State.OK, f"{what} It was copied elsewhere on {copied_at:%Y-%m-%d}.")
        return
    fix = f"Set BACKUPS_DIR to another disk, or copy the backups elsewhere each night, then touch {mark}"
    yield Result(PLACE, State.WARNING, what, "If that disk fails, both are lost.", fix)


def judge_leftovers(folder: Path, now: datetime) -> Iterator[Result]:
    """Judge what backups that were interrupted have left."""
    oldest = now - LEFT_AFTER
    left = [path for path in folder.glob(f"{UNFINISHED}*") if changed_at(path) < oldest]
    if left:

        def repair() -> str:
            return f"Unfinished backups that were deleted: {delete_leftovers(folder)}."

        what = f"Backups that were interrupted, in {folder.absolute()}: {len(left)}."
        fix = "bookshop doctor --fix"
        yield Result(LEFTOVERS, State.WARNING, what, "They count for nothing and fill the disk.", fix, repair)


def changed_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
