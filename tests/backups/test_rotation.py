"""Enough backups are kept, and not more."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bookshop.backups.backup import Backup, Manifest
from bookshop.backups.rotation import HOURS, MAX_AUTOMATIC, MONTHS, WEEKS, find_outdated

START = datetime(2026, 1, 1, 3, 17, tzinfo=UTC)


def a_backup(minutes: int, *, is_automatic: bool = False, is_verified: bool = False) -> Backup:
    """Make a backup of so many minutes after the start."""
    made_at = START + timedelta(minutes=minutes)
    manifest = Manifest(
        bookshop="1.0",
        revision="0001_first",
        database="sqlite",
        made_at=made_at,
        shop_id="shop",
        last_number=1000,
        is_automatic=is_automatic,
        parts=(),
    )
    return Backup(
        file=Path(f"{minutes}-{is_automatic}"),
        size=1,
        verified_at=made_at if is_verified else None,
        manifest=manifest,
    )


def kept_of(backups: list[Backup], days: int) -> list[Backup]:
    outdated = {backup.file for backup in find_outdated(backups, days)}
    return [backup for backup in backups if backup.file not in outdated]


BACKUPS = st.lists(
    st.builds(
        a_backup,
        st.integers(0, 60 * 24 * 400),
        is_automatic=st.booleans(),
        is_verified=st.booleans(),
    ),
    unique_by=lambda backup: backup.file,
    max_size=60,
)


@given(BACKUPS, st.integers(1, 30))
def test_the_newest_of_each_kind_stays_and_the_number_is_limited(backups: list[Backup], days: int) -> None:
    kept = kept_of(backups, days)
    for chosen in (
        [backup for backup in backups if not backup.is_automatic],
        [backup for backup in backups if backup.is_automatic],
        [backup for backup in backups if backup.verified_at],
    ):
        if chosen:
            assert max(chosen, key=lambda backup: backup.made_at).made_at in {one.made_at for one in kept}
    assert len(kept) <= HOURS + 1 + days + WEEKS + MONTHS + MAX_AUTOMATIC + 1
    # what is kept once is kept until another comes
    assert kept_of(kept, days) == kept


def test_a_year_of_nights_leaves_days_weeks_and_months() -> None:
    kept: list[Backup] = []
    for night in range(365):
        kept = kept_of([*kept, a_backup(night * 24 * 60)], 14)
    ages = [(START + timedelta(days=364) - backup.made_at).days for backup in reversed(kept)]
    assert ages[:14] == list(range(14))
    assert ages[-1] > 28 * (MONTHS - 1)
    assert len(ages) <= 14 + WEEKS + MONTHS


def test_a_day_of_many_backups_keeps_one_of_each_hour() -> None:
    kept: list[Backup] = []
    for minute in range(0, 3 * 24 * 60, 10):
        kept = kept_of([*kept, a_backup(minute)], 2)
    assert [one.made_at.hour for one in kept] == [*range(4, 24), *range(4)]
    assert len(kept) == HOURS
