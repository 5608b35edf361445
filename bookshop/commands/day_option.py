"""The day that an option names."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click


def start_of_day(day: datetime, timezone: str, option: str) -> datetime:
    """Return when a day begins in the shop; raises ClickException at the ends of the calendar."""
    try:
        return day.replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC)
    except OverflowError:
        raise click.BadParameter(f"{day.date()} is out of range.", param_hint=option) from None
