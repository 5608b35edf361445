"""Moments as the office shows them."""

from datetime import UTC, datetime, timedelta

from bookshop.web.formatting import format_short, format_when

ZONE = "Asia/Singapore"
LONG_AGO = datetime(2024, 2, 28, 18, 30, tzinfo=UTC)


def test_a_moment_today_is_a_time() -> None:
    now = datetime.now(UTC)
    here = now + timedelta(hours=8)
    assert format_short(ZONE, now) == format_when(ZONE, now) == f"{here.hour}:{here:%M}"


def test_any_other_moment_has_its_day() -> None:
    assert format_short(ZONE, LONG_AGO) == "Thu 29 Feb 2024"
    assert format_when(ZONE, LONG_AGO) == "Thu 29 Feb 2024, 2:30"
