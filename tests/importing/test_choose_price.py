from datetime import date
from typing import Any

import pytest

from bookshop.importing.rules.choose_price import ChosenPrice, choose_price, consumer_prices
from bookshop.onix.prices import Price
from bookshop.onix.publishing import Territory
from bookshop.trade.market import Market

SINGAPORE = Market("SG", "SGD", "Asia/Singapore")


TODAY = date(2026, 11, 25)


WORLD: Territory = {"regions": "WORLD"}
ZERO = [{"rate": "Z"}]


def a_price(amount: str = "10.00", kind: str = "02", **more: Any) -> Price:
    """Return a price in Singapore dollars."""
    return Price(**{"type": kind, "amount": amount, "currency": "SGD", **more})  # type: ignore[typeddict-item]


def chosen(*prices: Price, market: Market = SINGAPORE) -> ChosenPrice:
    """Return the price that is chosen when one supplier has these prices."""
    return choose_price(
        consumer_prices([{"availability": "21", "prices": list(prices)}], market), market, TODAY
    )


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
        # what an importer fixed
        ([a_price("20.00", "34"), a_price("19.00", "02")], 2000, True),
        ([a_price("10.00", "33", taxes=ZERO), a_price("9.00", "01", taxes=ZERO)], 1000, True),
        ([a_price("1.00", "42"), a_price("2.00", "02"), a_price("3.00", "04")], 300, True),
        ([a_price("1.00", "42"), a_price("2.00", "02")], 200, False),
        ([a_price("10.00", "01", taxes=[{"percent": "9"}]), a_price("20.00", "42")], 2000, False),
        # without tax only where its rate is told
        ([a_price("10.00", "01")], 0, False),
        ([a_price("10.00", "01", taxes=[{"rate": "S"}])], 0, False),
        ([a_price("10.00", "01", taxes=[{"rate": "S", "percent": "9"}])], 1090, False),
        ([a_price("10.00", "03", taxes=[{"rate": "S", "percent": "9"}])], 1090, True),
        ([a_price("10.00", "41", taxes=[{"rate": "Z"}])], 1000, False),
        ([a_price("1.00", "01", taxes=ZERO), a_price("2.00", "03", taxes=ZERO)], 200, True),
        ([a_price("1.00", "41", taxes=ZERO), a_price("2.00", "01", taxes=ZERO)], 200, False),
        ([a_price("10.00", "01", taxes=[{"rate": "S", "amount": "0.90"}])], 1090, False),
        ([a_price("10.00", "01", taxes=[{"rate": "T"}])], 0, False),
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
    found = chosen(*prices)
    assert (found.minor, found.is_fixed) == (minor, is_fixed)


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


@pytest.mark.parametrize("country", ["US", "CA"])
@pytest.mark.parametrize(
    ("prices", "minor"),
    [
        ([a_price("10.00", "01")], 1000),
        # the tax depends on where the reader lives
        ([a_price("10.00", "01", taxes=[{"rate": "S", "percent": "5"}])], 1000),
        ([a_price("10.00", "41")], 1000),
        ([a_price("10.00", "41"), a_price("11.00", "01"), a_price("12.00", "03")], 1200),
        ([a_price("10.00", "02"), a_price("9.00", "01")], 900),
        ([a_price("10.00", "04"), a_price("9.00", "41")], 900),
        ([a_price("10.00", "02")], 1000),
        ([a_price("10.00", "05")], 0),
    ],
)
def test_where_tax_comes_on_top_the_price_is_the_one_without(
    country: str, prices: list[Price], minor: int
) -> None:
    found = chosen(*prices, market=Market(country, "SGD", "America/New_York"))
    assert (found.minor, found.problem) == (minor, "")


@pytest.mark.parametrize(
    ("prices", "problem"),
    [
        ([a_price("10.00", "01")], "The price 10.00 SGD is without tax, and its tax rate is not known."),
        ([a_price("10.00", "03", taxes=[{"rate": "S"}])], "The price 10.00 SGD is without tax, and its"),
        ([a_price("10.005")], "The price 10.005 SGD cannot be charged exactly."),
        ([a_price("10.00", "01"), a_price("11.00", "02")], ""),
        ([a_price("10.00", "01", since="2027")], ""),
        ([a_price("10.00", "05")], ""),
        ([a_price("free")], ""),
        ([], ""),
    ],
)
def test_a_price_that_cannot_be_used_says_why(prices: list[Price], problem: str) -> None:
    found = chosen(*prices)
    assert found.problem.startswith(problem)
    assert bool(found.problem) == bool(problem)


def test_a_price_for_a_part_of_the_country_counts_if_there_is_no_other() -> None:
    market = Market("GB", "SGD", "Europe/London")
    england, north = ({"regions": region} for region in ("GB-ENG", "GB-NIR"))
    named = a_price("1.00", territory={"countries": "GB", "not_regions": "GB-NIR"})
    in_england = a_price("2.00", territory=england)
    anywhere = a_price("3.00", "42", territory=WORLD)
    in_the_north = a_price("4.00", "04", territory=north)
    prices = [in_the_north, anywhere, in_england, named]
    assert [chosen(*prices[:count], market=market).minor for count in range(1, 5)] == [400, 300, 200, 100]
