import pytest

from bookshop.importing.rules.csv_prices import parse_csv_price


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
    ],
)
def test_prices_as_people_write_them(text: str, minor: int) -> None:
    assert parse_csv_price(text, "SGD") == minor
