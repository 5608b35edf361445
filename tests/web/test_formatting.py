"""Moments as the office shows them, and the language of a text."""

from datetime import UTC, datetime, timedelta

import pytest
from babel import localedata

from bookshop.web.formatting import RIGHT_TO_LEFT, format_short, format_when, lang_attributes

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


def test_every_language_that_is_written_from_right_to_left_is_known() -> None:
    languages = [name for name in localedata.locale_identifiers() if "_" not in name]
    assert len(languages) > 200
    # not by Locale(), which keeps what it reads of each
    loaded = {name: localedata.load(name, merge_inherited=False) for name in languages}
    localedata._cache.clear()
    found = {name for name in languages if loaded[name].get("character_order") == "right-to-left"}
    assert found == RIGHT_TO_LEFT


def test_the_direction_of_a_text_needs_no_data_of_its_language() -> None:
    before = set(localedata._cache)
    lang_attributes.cache_clear()
    for code in ("ara", "heb", "jpn", "ger", "tam"):
        assert lang_attributes(code)
    assert set(localedata._cache) == before
