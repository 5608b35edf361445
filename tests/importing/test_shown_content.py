from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.importing.derived import a_derived_book
from tests.onix.messages import (
    COVER,
    a_cover,
    blocks_of,
    collateral,
    content_date,
    descriptive,
    territory,
    text,
)

on = content_date


def a_text(*dates: str, kind: str = "03", content: str = "One", where: str = "") -> str:
    """A text with dates, and a territory."""
    made = text(kind, content).replace("<Text>", f"{where}<Text>")
    return made.replace("</TextContent>", f"{''.join(dates)}</TextContent>")


def shown(*dates: str, day: date, where: str = "") -> tuple[str, tuple[Any, ...], date | None]:
    """Description, covers and next change of a book whose text and cover have these dates."""
    parts = collateral(a_text(*dates, where=where), a_cover(*dates, where=where))
    noon = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    book = a_derived_book(blocks_of(descriptive(), parts), now=noon)
    return book.details.description, tuple(cover["link"] for cover in book.covers), book.changes_on


TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("dates", "is_shown", "changes_on"),
    [
        ((), True, None),
        ((on("14", "20261125"),), True, None),
        ((on("14", "20261126"),), False, date(2026, 11, 26)),
        ((on("14", "202611", "01"),), False, date(2026, 11, 30)),
        ((on("15", "20261125"),), True, date(2026, 11, 26)),
        ((on("15", "20261124"),), False, None),
        ((on("24", "2026112620261127", "06"),), False, date(2026, 11, 26)),
        ((on("24", "2026112420261125", "06"),), True, date(2026, 11, 26)),
        ((on("24", "2026112020261124", "06"),), False, None),
        ((on("27", "20261126"),), False, date(2026, 11, 26)),
        ((on("27", "20261101"), on("14", "20261126")), False, date(2026, 11, 26)),
        ((on("14", "20261101"), on("15", "20261124")), False, None),
        # last updated, published, and until when a file can be downloaded
        (
            (on("17", "20270101"), on("01", "20270101"), on("28", "20260101")),
            True,
            None,
        ),
        # an embargo that cannot be read holds
        ((on("14", "20271301"),), False, date(9999, 12, 31)),
        ((on("14", "spring", "12"),), False, date(9999, 12, 31)),
        ((on("14", "99991231"),), False, date(9999, 12, 31)),
        ((on("15", "99991231"),), True, date(9999, 12, 31)),
    ],
)
def test_texts_and_covers_are_shown_in_their_time(
    dates: tuple[str, ...], is_shown: bool, changes_on: date | None
) -> None:
    expected = ("<p>One</p>", (COVER,)) if is_shown else ("", ())
    assert shown(*dates, day=TODAY) == (*expected, changes_on)


@pytest.mark.parametrize(
    ("where", "is_shown"),
    [
        (territory(CountriesIncluded="SG MY"), True),
        (territory(RegionsIncluded="WORLD"), True),
        (territory(CountriesIncluded="US"), False),
        (territory(RegionsIncluded="WORLD", CountriesExcluded="SG"), False),
    ],
)
def test_texts_and_covers_are_shown_in_their_territory(where: str, is_shown: bool) -> None:
    expected = ("<p>One</p>", (COVER,)) if is_shown else ("", ())
    assert shown(day=TODAY, where=where)[:2] == expected


DAYS = st.integers(0, 40).map(lambda number: TODAY + timedelta(days=number))


@given(DAYS, DAYS, DAYS)
def test_what_is_shown_obeys_its_dates_and_changes_by_itself(first: date, last: date, later: date) -> None:
    dates = (on("14", f"{first:%Y%m%d}"), on("15", f"{last:%Y%m%d}"))
    *now, changes_on = shown(*dates, day=TODAY)
    *then, _ = shown(*dates, day=later)
    assert then == (["<p>One</p>", (COVER,)] if first <= later <= last else ["", ()])
    assert then == now or (changes_on is not None and changes_on <= later)


def test_the_first_text_that_may_be_shown_counts() -> None:
    texts = collateral(
        a_text(on("14", "20270101"), content="Later"),
        a_text(content="Now"),
        a_text(content="Never"),
    )
    assert a_derived_book(blocks_of(texts)).details.description == "<p>Now</p>"


@pytest.mark.parametrize(
    ("texts", "description"),
    [
        ({"05": "Cover"}, "<p>Cover</p>"),
        ({"27": "Flap", "05": "Cover"}, "<p>Cover</p><p>Flap</p>"),
        ({"27": "Flap"}, "<p>Flap</p>"),
        ({"05": "Cover", "02": "Short", "30": "Abstract"}, "<p>Cover</p>"),
        ({"30": "Abstract", "02": "Short"}, "<p>Abstract</p>"),
        ({"03": "Long", "05": "Cover"}, "<p>Long</p>"),
        ({"02": "Short"}, "<p>Short</p>"),
        ({"06": "A quote"}, ""),
    ],
)
def test_the_text_on_the_cover_describes_a_book_that_has_no_description(
    texts: dict[str, str], description: str
) -> None:
    parts = [a_text(kind=kind, content=content) for kind, content in texts.items()]
    assert a_derived_book(blocks_of(descriptive(), collateral(*parts))).details.description == description
