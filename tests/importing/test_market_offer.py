from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.importing.rules.derived_book import changed_fields
from bookshop.onix.blocks import Blocks
from bookshop.trade.availability import NO_DATE, SUPPLY_PRIORITY
from bookshop.trade.market import Market
from tests.importing.derived import NOW, SINGAPORE, a_derived_book, dated, supplied


@pytest.mark.parametrize(
    ("status", "is_listed", "may_sell", "supply"),
    [
        ("", True, True, "21"),
        ("02", True, True, "21"),
        ("04", True, True, "21"),
        ("07", True, True, "21"),
        ("01", False, False, "21"),
        ("03", True, True, "09"),
        ("11", False, False, "21"),
        ("12", True, True, "52"),
        ("13", True, False, "21"),
        ("15", False, False, "21"),
        ("16", True, False, "21"),
        ("17", False, False, "21"),
        ("??", True, True, "21"),
    ],
)
def test_the_publishing_status_hides_and_stops(
    status: str, is_listed: bool, may_sell: bool, supply: str
) -> None:
    entry = a_derived_book({**supplied(), "4": {"status": status}})
    assert (entry.is_listed, entry.may_sell, entry.supply) == (is_listed, may_sell, supply)


@pytest.mark.parametrize(
    ("status", "supply"), [("02", "10"), ("05", "43"), ("06", "31"), ("07", "51"), ("08", "40"), ("04", "")]
)
def test_without_a_supplier_the_status_gives_the_reason(status: str, supply: str) -> None:
    assert a_derived_book({"4": {"status": status}}).supply == supply
    assert a_derived_book({**supplied(), "4": {"status": status}}).supply == "21"


@given(
    st.sampled_from([f"{number:02}" for number in range(18)]),
    st.sampled_from(["", *SUPPLY_PRIORITY]),
    st.sampled_from(["", "2021-03-04", "2027", "2027-03-04"]),
)
def test_nothing_but_the_price_depends_on_the_price(status: str, code: str, day: str) -> None:
    publishing: Any = {"status": status, **(dated("01", day)["4"] if day else {})}
    with_price, without = (
        a_derived_book({**supplied(*prices, availability=code), "4": publishing})
        for prices in ([{"type": "02", "amount": "10.00", "currency": "SGD"}], [])
    )
    assert changed_fields(without, with_price) == ("price_minor",)


def test_the_status_in_our_market_counts_before_that_of_the_world() -> None:
    supplies = [{"markets": [{"countries": "SG"}], "status": "16", "suppliers": [{"availability": "21"}]}]
    assert not a_derived_book({"4": {"status": "04"}, "6": {"supplies": supplies}}).may_sell


@pytest.mark.parametrize(
    ("code", "is_listed", "may_sell"),
    [
        ("21", True, True),
        ("40", True, True),
        ("51", True, True),
        ("01", False, False),
        ("46", False, False),
        ("49", False, False),
    ],
)
def test_what_is_withdrawn_or_recalled_is_not_sold_from_the_shelf(
    code: str, is_listed: bool, may_sell: bool
) -> None:
    entry = a_derived_book(supplied(availability=code))
    assert (entry.is_listed, entry.may_sell, entry.supply) == (is_listed, may_sell, code)


MIDNIGHT = datetime(2026, 12, 3, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("blocks", "on_sale"),
    [
        (dated("01", "2026-12-04"), MIDNIGHT),
        (dated("02", "2026-12-04"), MIDNIGHT),
        (
            {"4": {"dates": [{"role": "01", "date": "2026-12-01"}, {"role": "02", "date": "2026-12-04"}]}},
            MIDNIGHT,
        ),
        (
            {"4": {"dates": [{"role": "01", "date": "2026-12-09"}, {"role": "02", "date": "2026-12-04"}]}},
            MIDNIGHT,
        ),
        (dated("01", "2026-11-25"), None),
        (dated("01", "2026-12"), datetime(2026, 11, 30, 16, 0, tzinfo=UTC)),
        (dated("01", "2026-11"), None),
        (dated("01", "2027"), datetime(2026, 12, 31, 16, 0, tzinfo=UTC)),
        (dated("01", "2026"), None),
        (dated("02", "2026-11-25"), None),
        (dated("02", "2026-12"), datetime(2026, 12, 30, 16, 0, tzinfo=UTC)),
        (dated("02", "9999-12-31"), NO_DATE),
        (dated("01", "2099-01-01"), NO_DATE),
        (dated("02", "0001-01-01"), None),
        (
            {**dated("02", "2026-12-24"), **supplied(dates=[{"role": "02", "date": "2026-12-04"}])},
            MIDNIGHT,
        ),
        (
            {
                **dated("02", "2026-12-24"),
                "6": {"supplies": [{"dates": [{"role": "02", "date": "2026-12-04"}], "suppliers": [{}]}]},
            },
            MIDNIGHT,
        ),
        ({}, None),
    ],
)
def test_a_sale_begins_at_midnight_on_the_shops_clock(blocks: Blocks, on_sale: datetime | None) -> None:
    assert a_derived_book(blocks).on_sale == on_sale


def test_midnight_is_that_of_the_market() -> None:
    new_york = Market("US", "USD", "America/New_York")
    assert a_derived_book(dated("02", "2026-12-04"), market=new_york).on_sale == datetime(
        2026, 12, 4, 5, 0, tzinfo=UTC
    )
    # already tomorrow in Singapore, not yet in New York
    late = datetime(2026, 12, 3, 20, 0, tzinfo=UTC)
    assert a_derived_book(dated("02", "2026-12-04"), now=late).on_sale is None
    assert a_derived_book(dated("02", "2026-12-04"), now=late, market=new_york).on_sale is not None


def test_preorders_begin_at_midnight_too() -> None:
    assert a_derived_book(dated("27", "2026-12-04")).preorders_from == MIDNIGHT
    assert a_derived_book(dated("27", "2026-11-01")).preorders_from is None


def test_a_book_is_listed_from_its_public_announcement() -> None:
    book = a_derived_book(dated("09", "2026-12-04"))
    assert (book.is_listed, book.changes_on) == (False, date(2026, 12, 4))
    assert a_derived_book(dated("09", "2026-11-25")).is_listed
    assert not a_derived_book(dated("09", "2026-11")).is_listed


def test_copies_are_expected_until_their_day_is_over() -> None:
    for day, expected in (
        ("2026-11-25", "2026-11-25"),
        ("2026-11", "2026-11"),
        ("2026-11-24", ""),
        ("2026-10", ""),
    ):
        assert a_derived_book(supplied(dates=[{"role": "08", "date": day}])).expected == expected


@pytest.mark.parametrize(
    ("blocks", "day"),
    [
        (dated("01", "2026-12-04"), date(2026, 12, 4)),
        (dated("01", "2027-02"), date(2027, 2, 1)),
        (dated("02", "2026-12"), date(2026, 12, 1)),
        (dated("27", "2026-12-01"), date(2026, 12, 1)),
        (dated("11", "2026-12-01"), None),
        (dated("01", "2020-12-04"), None),
        (supplied({"type": "02", "amount": "9", "currency": "SGD", "since": "2027-01-01"}), date(2027, 1, 1)),
        (supplied({"type": "02", "amount": "9", "currency": "SGD", "until": "2026-12-31"}), date(2027, 1, 1)),
        (supplied({"type": "02", "amount": "9", "currency": "SGD", "until": "2026-11-24"}), None),
        (supplied({"type": "05", "amount": "9", "currency": "SGD", "since": "2027-01-01"}), None),
        (supplied({"type": "02", "amount": "9", "currency": "USD", "since": "2027-01-01"}), None),
        (supplied(dates=[{"role": "08", "date": "2026-12"}]), date(2027, 1, 1)),
        (
            {**dated("01", "2026-12-04"), **supplied(dates=[{"role": "08", "date": "2026-11-29"}])},
            date(2026, 11, 30),
        ),
        ({}, None),
    ],
)
def test_a_book_has_the_day_of_its_next_change(blocks: Blocks, day: date | None) -> None:
    assert a_derived_book(blocks).changes_on == day


@given(
    st.dates(date(2026, 11, 26), date(2028, 1, 1)),
    st.dates(date(2026, 11, 26), date(2028, 1, 1)),
    st.dates(date(2026, 11, 26), date(2028, 1, 1)),
)
def test_nothing_changes_before_the_day_that_was_named(since: date, until: date, embargo: date) -> None:
    dollars = {"type": "02", "currency": "SGD"}
    old = {**dollars, "amount": "9.00", "until": until.isoformat()}
    new = {**dollars, "amount": "8.00", "since": since.isoformat()}
    blocks = {**dated("02", embargo.isoformat()), **supplied(old, new)}
    first = a_derived_book(blocks)
    assert first.changes_on
    noon = datetime(first.changes_on.year, first.changes_on.month, first.changes_on.day, 4, tzinfo=UTC)
    for now in (NOW, noon.replace(hour=0), noon):
        later = a_derived_book(blocks, now=now)
        is_due = now.astimezone(SINGAPORE.zone).date() >= first.changes_on
        assert is_due or later == first
