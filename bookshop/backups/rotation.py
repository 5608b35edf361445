"""Which backups are kept."""

from collections.abc import Iterable
from datetime import UTC, timedelta

from bookshop.backups.backup import Backup

WEEKS, MONTHS, HOURS = 4, 6, 24
# made before the database was migrated
MAX_AUTOMATIC = 3


def find_outdated(backups: Iterable[Backup], days: int) -> list[Backup]:
    """Return the backups that are no longer needed.

    Kept are the newest of each hour of the last day, of each of so many days, 4 weeks and 6 months that have
    one, the newest 3 that were made before a migration, and the newest that was verified. Days are of UTC.
    """
    ordered = sorted(backups, key=lambda backup: backup.made_at, reverse=True)
    scheduled = [backup for backup in ordered if not backup.is_automatic]
    recent = [one for one in scheduled if one.made_at > scheduled[0].made_at - timedelta(hours=HOURS)]
    kept = [
        *newest_of_each(recent, "%Y-%m-%d %H", HOURS),
        *newest_of_each(scheduled, "%Y-%m-%d", days),
        *newest_of_each(scheduled, "%G-%V", WEEKS),
        *newest_of_each(scheduled, "%Y-%m", MONTHS),
        *[backup for backup in ordered if backup.is_automatic][:MAX_AUTOMATIC],
        *[backup for backup in ordered if backup.verified_at][:1],
    ]
    files = {backup.file for backup in kept}
    return [backup for backup in ordered if backup.file not in files]


def newest_of_each(backups: Iterable[Backup], period: str, count: int) -> list[Backup]:
    """Return the newest backup of each of the newest periods; `backups` begin with the newest."""
    newest: dict[str, Backup] = {}
    for backup in backups:
        newest.setdefault(backup.made_at.astimezone(UTC).strftime(period), backup)
    return list(newest.values())[:count]
