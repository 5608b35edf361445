import pytest

from bookshop.importing.rules.csv_prices import parse_csv_price
from bookshop.trade.market import Market
from tests.importing.shop import MARKET


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("12.5", 1250),
        ("12,50", 1250),
        ("1,234", 123_400),
        ("1.234,50", 123_450),
        ("1,234.50", 123_450),
        ("1 234,50", 123_450),
        ("S$ 12.00", 1200),
        ("SGD12", 1200),
        ("12 SGD", 1200),
        ("12,-", 1200),
        ("12.9900", 1299),
        (".99", 99),
        ("0", 0),
    ],
)
def test_prices_as_people_write_them(text: str, minor: int) -> None:
    assert parse_csv_price(text, MARKET) == minor


@pytest.mark.parametrize(
    ("text", "country", "currency", "minor"),
    [("1.234", "DE", "EUR", 123_400), ("150.000", "ID", "IDR", 15_000_000), ("1,500", "JP", "JPY", 1500)],
)
def test_one_mark_is_read_as_in_the_shops_country(text: str, country: str, currency: str, minor: int) -> None:
    assert parse_csv_price(text, Market(country, currency, "UTC")) == minor


@pytest.mark.parametrize("text", ["POA", "TBC", "free", "12.99-15.99", "12 50", "12.3456", "€5", "-5", "1e3"])
def test_an_odd_price_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a valid price in SGD"):
        parse_csv_price(text, MARKET)


def test_a_price_with_two_meanings_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'12\.345' may mean 12345 or 12\.345"):
        parse_csv_price("12.345", MARKET)
