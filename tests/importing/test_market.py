from datetime import date
from typing import Any

import pytest

from bookshop.importing.rules.market import choose_supplies, rank_suppliers
from bookshop.importing.rules.partial_dates import day_after, first_day, last_day
from bookshop.importing.rules.prices import ChosenPrice, choose_price, consumer_prices
from bookshop.importing.rules.rights import may_sell_in
from bookshop.importing.rules.territory import closeness
from bookshop.onix.prices import Price
from bookshop.onix.publishing import SalesRight, Territory
from bookshop.onix.supply import Supplier
from bookshop.trade.market import Market

SINGAPORE = Market("SG", "SGD", "Asia/Singapore")
TODAY = date(2026, 11, 25)
WORLD: Territory = {"regions": "WORLD"}


def a_price(amount: str = "10.00", kind: str = "02", **more: Any) -> Price:
    """A price in Singapore dollars."""
    return Price(**{"type": kind, "amount": amount, "currency": "SGD", **more})  # type: ignore[typeddict-item]


def chosen(*prices: Price, market: Market = SINGAPORE) -> ChosenPrice:
    """What is asked of a reader when one supplier has these prices."""
    return choose_price(
        consumer_prices([{"availability": "21", "prices": list(prices)}], market), market, TODAY
    )


@pytest.mark.parametrize(
    ("territory", "close"),
    [
        ({"countries": "GB SG"}, 3),
        ({"countries": "GB IE"}, 0),
        ({"regions": "WORLD"}, 1),
        ({"regions": "ROW"}, 1),
        ({"regions": "WORLD", "not_countries": "SG US"}, 0),
        ({"regions": "WORLD", "not_countries": "GB US"}, 1),
        ({"regions": "WORLD", "countries": "SG"}, 3),
        ({"not_countries": "US"}, 1),
        ({"not_countries": "SG"}, 0),
        ({"regions": "ECZ"}, 0),
        ({"regions": "GB-EWS"}, 0),
        ({}, 1),
    ],
)
def test_a_territory_is_as_close_as_it_names_the_country(territory: Territory, close: int) -> None:
    assert closeness(territory, "SG") == close


@pytest.mark.parametrize(
    ("territory", "close"),
    [({"regions": "ECZ"}, 2), ({"regions": "WORLD", "not_regions": "ECZ"}, 0), ({"countries": "DE"}, 3)],
)
def test_the_eurozone_is_a_region(territory: Territory, close: int) -> None:
    assert closeness(territory, "DE") == close


def a_right(kind: str, **territory: Any) -> SalesRight:
    """A right in a territory."""
    return {"type": kind, "territory": Territory(**territory)}  # type: ignore[typeddict-item]


@pytest.mark.parametrize(
    ("rights", "rest", "may"),
    [
        ([], "", True),
        ([], "01", True),
        ([], "03", False),
        ([a_right("01", countries="SG")], "", True),
        ([a_right("02", regions="WORLD")], "", True),
        ([a_right("07", countries="SG"), a_right("08", countries="MY")], "", True),
        ([a_right("03", countries="SG")], "", False),
        ([a_right("04", countries="SG")], "", False),
        ([a_right("05", countries="SG")], "", False),
        ([a_right("06", countries="SG")], "", False),
        ([a_right("01", countries="GB")], "", False),
        ([a_right("01", countries="GB")], "00", False),
        ([a_right("01", countries="GB")], "02", True),
        ([a_right("01", countries="GB")], "03", False),
        ([a_right("01", regions="WORLD"), a_right("03", countries="SG")], "", False),
        ([a_right("03", regions="WORLD"), a_right("01", countries="SG")], "", True),
        ([a_right("01", regions="WORLD", not_countries="SG")], "", False),
        ([a_right("01", countries="GB"), a_right("02", regions="ROW")], "", True),
        ([a_right("01", countries="SG"), a_right("03", countries="SG")], "", False),
        ([a_right("00", countries="SG")], "", True),
    ],
)
def test_the_closest_right_decides(rights: list[SalesRight], rest: str, may: bool) -> None:
    assert may_sell_in("SG", {"rights": rights, "row_rights": rest}) is may


@pytest.mark.parametrize(
    ("prices", "minor", "is_fixed"),
    [
        ([a_price("18.90")], 1890, False),
        ([a_price("18.9")], 1890, False),
        ([a_price("18")], 1800, False),
        ([a_price("18.900")], 1890, False),
        ([a_price("18.905")], 0, False),
        ([a_price("20.00", "04")], 2000, True),
        ([a_price("20.00", "42")], 2000, False),
        ([a_price("1.00", "42"), a_price("2.00", "02"), a_price("3.00", "04")], 300, True),
        ([a_price("1.00", "42"), a_price("2.00", "02")], 200, False),
        ([a_price("10.00", "01", taxes=[{"percent": "9"}]), a_price("20.00", "42")], 2000, False),
        # without tax only where its rate is told
        ([a_price("10.00", "01")], 0, False),
        ([a_price("10.00", "01", taxes=[{"rate": "S"}])], 0, False),
        ([a_price("10.00", "01", taxes=[{"rate": "S", "percent": "9"}])], 1090, False),
        ([a_price("10.00", "03", taxes=[{"rate": "S", "percent": "9"}])], 1090, True),
        ([a_price("10.00", "41", taxes=[{"rate": "Z"}])], 1000, False),
        ([a_price("9.95", "01", taxes=[{"percent": "9"}])], 1085, False),
        ([a_price("10.00", "01", taxes=[{"percent": "20", "taxable": "5.00"}, {"rate": "Z"}])], 1100, False),
        ([a_price("10.00", "01", taxes=[{"percent": "9"}, {"rate": "S"}])], 0, False),
        ([a_price("10.00", "01", taxes=[{"percent": "900"}])], 0, False),
        # what is not for readers
        *[([a_price("1.00", kind)], 0, False) for kind in ("05", "06", "07", "08", "09", "11", "12", "13")],
        *[([a_price("1.00", kind)], 0, False) for kind in ("15", "17", "21", "22", "25", "27", "31", "99")],
        ([a_price("1.00", "05"), a_price("2.00", "02")], 200, False),
        ([a_price("1.00", qualifier="06")], 0, False),
        ([a_price("1.00", qualifier="05")], 100, False),
        ([a_price("1.00", per="01")], 0, False),
        ([a_price("1.00", least="10"), a_price("2.00", least="1")], 200, False),
        ([a_price("1.00", unpriced="02")], 0, False),
        # what is not for here
        ([a_price("1.00", currency="USD")], 0, False),
        ([a_price("1.00", currency="sgd")], 100, False),
        ([a_price("1.00", territory={"countries": "US"})], 0, False),
        ([a_price("1.00", territory=WORLD), a_price("2.00", territory={"countries": "SG"})], 200, False),
        # what is not for today
        ([a_price("1.00", since="2026-11-26")], 0, False),
        ([a_price("1.00", since="2026-11-25")], 100, False),
        ([a_price("1.00", until="2026-11-24")], 0, False),
        ([a_price("1.00", until="2026-11-25")], 100, False),
        ([a_price("1.00", until="2026-11")], 100, False),
        ([a_price("1.00", until="2025"), a_price("2.00", since="2026")], 200, False),
        ([a_price("2.00"), a_price("1.00", since="2026-11-01", until="2026-12-01")], 100, False),
        # what is none
        ([a_price("0.00")], 0, False),
        ([a_price("-1.00")], 0, False),
        ([a_price("free")], 0, False),
        ([a_price("NaN")], 0, False),
        ([a_price("1e99")], 0, False),
        ([a_price("99999999999")], 0, False),
        ([{"type": "02", "currency": "SGD"}], 0, False),
        ([{"amount": "1.00", "currency": "SGD"}], 0, False),
        ([{"type": "02", "amount": "1.00"}], 0, False),
        ([], 0, False),
    ],
)
def test_the_price_is_the_one_a_reader_here_pays_today(
    prices: list[Price], minor: int, is_fixed: bool
) -> None:
    assert chosen(*prices) == ChosenPrice(minor, is_fixed)


@pytest.mark.parametrize(
    ("currency", "amount", "minor"),
    [
        ("JPY", "1200", 1200),
        ("JPY", "1200.00", 1200),
        ("JPY", "1200.50", 0),
        ("ISK", "1200", 120000),
        ("ISK", "1200.50", 0),
    ],
)
def test_amounts_are_exact_in_every_currency(currency: str, amount: str, minor: int) -> None:
    market = Market("JP", currency, "Asia/Tokyo")
    assert chosen(a_price(amount, currency=currency), market=market).minor == minor


def test_the_market_that_names_the_country_is_ours() -> None:
    world, ours, other, open_ = (
        {"markets": [WORLD], "status": "a"},
        {"markets": [{"countries": "SG MY"}], "status": "b"},
        {"markets": [{"countries": "US"}], "status": "c"},
        {"status": "d"},
    )
    supply: Any = {"supplies": [world, ours, other, open_]}
    assert choose_supplies(supply, "SG") == [ours]
    assert choose_supplies(supply, "GB") == [world, open_]
    assert choose_supplies({"supplies": [other]}, "SG") == []  # type: ignore[list-item]  # as above
    assert choose_supplies({}, "SG") == []


@pytest.mark.parametrize(
    ("codes", "first"),
    [
        (("22", "21"), "21"),
        (("51", "22"), "22"),
        (("31", "10"), "10"),
        (("40", "99"), "99"),
        (("xx", "40"), "xx"),
        (("21", "46"), "46"),
        (("21", "49"), "49"),
        (("01", "21"), "21"),
    ],
)
def test_the_best_supplier_counts_unless_somebody_recalls_the_book(
    codes: tuple[str, ...], first: str
) -> None:
    suppliers: list[Supplier] = [{"availability": code} for code in codes]
    assert rank_suppliers([{"suppliers": suppliers}])[0]["availability"] == first


def test_a_vague_date_has_a_first_and_a_last_day() -> None:
    assert (first_day("2024-02"), last_day("2024-02")) == (date(2024, 2, 1), date(2024, 2, 29))
    assert (first_day("2024"), last_day("2024")) == (date(2024, 1, 1), date(2024, 12, 31))
    assert first_day("2024-02-03") == last_day("2024-02-03") == date(2024, 2, 3)
    assert day_after("2024-02") == date(2024, 3, 1)
    assert day_after("9999") == date.max
