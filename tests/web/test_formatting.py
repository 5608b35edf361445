"""Moments as the office shows them, and the language of a text."""

from datetime import UTC, datetime, timedelta

import pytest

from bookshop.web.formatting import format_short, format_when, lang_attributes

ZONE = "Asia/Singapore"
LONG_AGO = datetime(2024, 2, 28, 18, 30, tzinfo=UTC)


def test_a_moment_today_is_a_time() -> None:
    now = datetime.now(UTC)
    here = now + timedelta(hours=8)
    assert format_short(ZONE, now) == format_when(ZONE, now) == f"{here.hour}:{here:%M}"


def test_any_other_moment_has_its_day() -> None:
    assert format_short(ZONE, LONG_AGO) == "Thu 29 Feb 2024"
    assert format_when(ZONE, LONG_AGO) == "Thu 29 Feb 2024, 2:30"


@pytest.mark.parametrize(
    ("code", "attributes"),
    [
        ("jpn", ' lang="ja"'),
        ("chi", ' lang="zh"'),
        ("vie", ' lang="vi"'),
        ("ara", ' lang="ar" dir="rtl"'),
        ("grc", ' lang="grc"'),
        ("eng", ""),
        ("mul", ""),
        ("", ""),
        ('"x>', ' lang="&#34;x&gt;"'),
    ],
)
def test_a_text_in_another_language_than_the_page_has_its_language(code: str, attributes: str) -> None:
    assert str(lang_attributes(code)) == attributes
