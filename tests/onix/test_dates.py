import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.onix.dates import parse_date, parse_date_range
from tests.onix.messages import (
    a_date,
    blocks_of,
    publishing,
    values,
)


@pytest.mark.parametrize(
    ("day", "form", "found"),
    [
        ("20260807", "00", "2026-08-07"),
        ("20260807", "", "2026-08-07"),
        ("202608", "01", "2026-08"),
        ("2026", "05", "2026"),
        ("2026", "", "2026"),
        ("202608", "00", "2026-08"),
        ("2026", "00", "2026"),
        ("2026-08-07", "00", "2026-08-07"),
        ("202632", "02", "2026-08-03"),
        ("202632202634", "08", "2026-08-03"),
        ("20263", "03", "2026-07"),
        ("2026320264", "09", "2026-07"),
        ("20264", "04", "2026"),
        ("209999", "02", "9999"),
        ("20995", "03", "9999"),
        ("20260807T1200", "13", "2026-08-07"),
        ("2026-08-07T12:00+08:00", "13", "2026-08-07"),
        ("20260807120000", "", "2026-08-07"),
        ("20260807-20260901", "00", "2026-08-07"),
        ("2026080720260901", "06", "2026-08-07"),
        ("20991340", "00", "9999"),
        # none is cut to another date, such as December
        ("2099-1-2", "", "9999"),
        ("2099-1-2", "00", "9999"),
        ("2099080", "", "9999"),
        ("209908071", "00", "9999"),
        ("2099Q3", "", "9999"),
        ("20993", "05", "9999"),
        ("20191340", "00", None),
        ("soon", "12", None),
    ],
)
def test_dates_are_as_exact_as_they_were_sent(day: str, form: str, found: str | None) -> None:
    dates = blocks_of(publishing(a_date("PublishingDate", "01", day, form)))["4"].get("dates")
    assert dates == (found and [{"role": "01", "date": found}])


def test_a_date_may_name_its_format_in_an_element() -> None:
    day = values(PublishingDateRole="01", DateFormat="01", Date="202608")
    assert (
        blocks_of(publishing(f"<PublishingDate>{day}</PublishingDate>"))["4"]["dates"][0]["date"] == "2026-08"
    )


@given(
    st.text(st.sampled_from("0123456789-T"), max_size=18),
    st.sampled_from(["", "00", "01", "02", "03", "05", "06", "09", "13", "99"]),
)
def test_a_date_is_a_date_or_nothing(text: str, form: str) -> None:
    found = parse_date(text, form)
    assert len(found) in (0, 4, 7, 10)
    assert parse_date_range(text, form)[0] == found
