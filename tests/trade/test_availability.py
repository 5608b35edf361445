"""Availability follows from the shelf and the supply alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.schema import metadata
from bookshop.trade.availability import (
    DISCONTINUED,
    MAX_COPIES_PER_BOOK,
    NOT_FOR_SALE,
    NOT_YET_PUBLISHED,
    OBTAINABLE,
    REPLACED,
    TEMPORARILY_UNAVAILABLE,
    Availability,
    AvailabilityKind,
    Supply,
    UnavailableReason,
    find_availability,
)
from tests.builders import a_book, sgd

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
SOON, EARLIER = NOW + timedelta(days=9), NOW - timedelta(days=9)
# ONIX code list 65, issue 71
CODES = (
    *(f"{n:02}" for n in (1, 9, 10, 11, 12, *range(20, 24), *range(30, 35), *range(40, 53), 97, 98, 99)),
    "",
    "ZZ",
)

# supplier's code: what is sold with three copies on the shelf, and with none; how many at most
TABLE = {
    "": ("shelf 3", "sold_out 0"),
    "01": ("not_for_sale 0", "not_for_sale 0"),
    "09": ("shelf 3", "temporarily_unavailable 0"),
    "10": ("shelf 3", "announced 0"),
    "11": ("shelf 3", "announced 0"),
    "12": ("shelf 3", "announced 0"),
    "20": ("shelf 20", "order 20"),
    "21": ("shelf 20", "order 20"),
    "22": ("shelf 20", "order 20"),
    "23": ("shelf 20", "order 20"),
    "30": ("shelf 3", "temporarily_unavailable 0"),
    "31": ("shelf 3", "temporarily_unavailable 0"),
    "32": ("shelf 3", "temporarily_unavailable 0"),
    "33": ("shelf 3", "temporarily_unavailable 0"),
    "34": ("shelf 3", "temporarily_unavailable 0"),
    "40": ("shelf 3", "discontinued 0"),
    "41": ("shelf 3", "replaced 0"),
    "42": ("shelf 3", "replaced 0"),
    "43": ("shelf 3", "discontinued 0"),
    "44": ("shelf 3", "discontinued 0"),
    "45": ("shelf 3", "discontinued 0"),
    "46": ("not_for_sale 0", "not_for_sale 0"),
    "47": ("shelf 3", "ask_shop 0"),
    "48": ("shelf 3", "replaced 0"),
    "49": ("not_for_sale 0", "not_for_sale 0"),
    "50": ("shelf 3", "discontinued 0"),
    "51": ("shelf 3", "discontinued 0"),
    "52": ("shelf 3", "discontinued 0"),
    "97": ("shelf 3", "ask_shop 0"),
    "98": ("shelf 3", "ask_shop 0"),
    "99": ("shelf 3", "ask_shop 0"),
    "ZZ": ("shelf 3", "ask_shop 0"),
}

supplies = st.builds(
    Supply,
    st.sampled_from(CODES),
    st.sampled_from(["", "2027", "2027-03", "2027-03-04"]),
    st.none() | st.integers(1, 90),
    st.none() | st.sampled_from([EARLIER, NOW, SOON]),
    st.none() | st.sampled_from([EARLIER, NOW, SOON]),
    st.booleans(),
)


def find(left: int, supply: Supply, reserved: int = 0) -> Availability:
    return find_availability(left, supply, NOW, has_price=True, reserved=reserved)


def describe(left: int, supply: Supply) -> str:
    """What is sold, or why nothing is, and how many at most."""
    found = find(left, supply)
    return f"{found.reason or found.kind} {found.max_quantity}"


@pytest.mark.parametrize("code", ["", "31", "41", "51", "99"])
@pytest.mark.parametrize("on_sale", [None, SOON])
def test_copies_that_are_only_reserved_are_not_sold(code: str, on_sale: datetime | None) -> None:
    supply = Supply(code, on_sale=on_sale)
    assert find(0, supply, reserved=1).reason is UnavailableReason.RESERVED
    assert find(0, supply).reason is not UnavailableReason.RESERVED
    not_open = replace(supply, on_sale=SOON, preorders_from=SOON)
    assert find(0, not_open, reserved=1).reason is UnavailableReason.ANNOUNCED
    recalled = replace(supply, code="46")
    assert find(0, recalled, reserved=1).reason is UnavailableReason.NOT_FOR_SALE


def test_the_table_has_every_code() -> None:
    assert set(TABLE) == set(CODES)
    assert set().union(
        OBTAINABLE, NOT_YET_PUBLISHED, TEMPORARILY_UNAVAILABLE, DISCONTINUED, REPLACED, NOT_FOR_SALE
    ) <= set(CODES)


@pytest.mark.parametrize(("code", "expected"), TABLE.items())
def test_what_may_be_bought_of_a_book_that_is_out(code: str, expected: tuple[str, str]) -> None:
    assert (describe(3, Supply(code)), describe(0, Supply(code))) == expected
    assert describe(3, Supply(code, on_sale=EARLIER)) == expected[0]
    # from its first moment on it is out
    assert describe(3, Supply(code, on_sale=NOW)) == expected[0]


@pytest.mark.parametrize(
    ("code", "left", "preorders_from", "expected"),
    [
        ("10", 0, None, "preorder 20"),
        ("10", 3, EARLIER, "preorder 20"),
        ("10", 3, NOW, "preorder 20"),
        ("11", 0, None, "preorder 20"),
        ("12", 0, None, "preorder 20"),
        ("20", 0, None, "preorder 20"),
        # copies came early, and there will be no others
        ("", 3, None, "preorder 3"),
        ("31", 3, None, "preorder 3"),
        ("", 0, None, "announced 0"),
        ("31", 0, None, "announced 0"),
        ("10", 3, SOON, "announced 0"),
        ("46", 3, None, "not_for_sale 0"),
    ],
)
def test_what_may_be_bought_before_a_books_day(
    code: str, left: int, preorders_from: datetime | None, expected: str
) -> None:
    assert describe(left, Supply(code, on_sale=SOON, preorders_from=preorders_from)) == expected


def test_days_are_the_suppliers_or_else_the_usual() -> None:
    days = [find(0, Supply(code, lead_days=n)).days for code, n in
            (("21", 3), ("21", None), ("22", None), ("20", 90))]  # fmt: skip
    assert days == [3, 7, 21, 90]


@given(st.integers(-2, 100), supplies)
def test_nothing_leaves_the_shop_before_its_day(left: int, supply: Supply) -> None:
    found = find(left, supply)
    if supply.on_sale and supply.on_sale > NOW and found.can_be_bought:
        assert (found.kind, found.not_before) == (AvailabilityKind.PREORDER, supply.on_sale)


@given(st.integers(-2, 100), supplies)
def test_availability_is_consistent(left: int, supply: Supply) -> None:
    found = find(left, supply)
    assert 0 <= found.max_quantity <= MAX_COPIES_PER_BOOK
    assert found.can_be_bought == (found.kind is not AvailabilityKind.NONE) == (found.reason is None)
    if supply.code not in OBTAINABLE | NOT_YET_PUBLISHED:
        assert found.max_quantity <= max(left, 0)
    if found.kind in (AvailabilityKind.SHELF, AvailabilityKind.ORDER) and found.can_be_ordered:
        assert found.days


@given(st.integers(-2, 25), supplies, st.sampled_from([0, 1890]), st.integers(0, 2))
def test_a_book_is_available_as_its_supply_says(left: int, supply: Supply, price: int, reserved: int) -> None:
    for on_sale in (None, datetime.now(UTC) + timedelta(hours=1), datetime.now(UTC) - timedelta(hours=1)):
        own = replace(supply, on_sale=on_sale)
        book = a_book(stock=left, price=price, supply=own, reserved=reserved)
        expected = find_availability(left, own, datetime.now(UTC), has_price=bool(price), reserved=reserved)
        assert book.availability == expected


@given(st.integers(0, 3), supplies, st.integers(0, 2))
def test_the_reason_does_not_depend_on_the_price_unless_the_book_could_be_bought(
    left: int, supply: Supply, reserved: int
) -> None:
    with_price = find(left, supply, reserved)
    without = find_availability(left, supply, NOW, has_price=False, reserved=reserved)
    assert not without.can_be_bought
    if with_price.can_be_bought:
        assert without.reason is UnavailableReason.NO_PRICE
        assert (without.available, without.not_before) == (with_price.available, with_price.not_before)
    else:
        assert without == with_price


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("left", [0, 3])
def test_a_book_without_a_price_has_the_reason_of_its_code(code: str, left: int) -> None:
    book = a_book(stock=left, price=0, supply=Supply(code))
    expected = describe(left, Supply(code)).split()[0]
    assert book.availability.reason == ("no_price" if expected in ("shelf", "order") else expected)
    assert not book.can_be_bought


def test_the_shop_knows_every_kind_and_its_column_holds_them() -> None:
    length = metadata.tables["order_lines"].c.kind.type.length  # type: ignore[attr-defined]  # it is a String
    assert all(len(kind) <= length for kind in AvailabilityKind)
    assert a_book(price=1).price == sgd(1)
