"""Which texts and covers may be shown in the shop's market on a day."""

from collections.abc import Iterable, Iterator
from datetime import date

from bookshop.importing.rules.partial_dates import day_after, last_day
from bookshop.importing.rules.territory import closeness
from bookshop.onix.collateral import ShownContent


def is_shown(content: ShownContent, country: str, today: date) -> bool:
    """Return whether the content's dates and territory allow it.

    A first date that names only a month or a year holds to its end, as an embargo does.
    """
    since, until = content.get("since"), content.get("until")
    is_in_time = (not since or last_day(since) <= today) and (not until or last_day(until) >= today)
    return is_in_time and bool(closeness(content.get("territory", {}), country))


def change_days(contents: Iterable[ShownContent]) -> Iterator[date]:
    """Yield the days on which contents begin or cease to be shown."""
    for content in contents:
        if "since" in content:
            yield last_day(content["since"])
        if "until" in content:
            yield day_after(content["until"])
