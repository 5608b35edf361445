"""An address is laid out as its country writes it, and nothing typed is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.addresses.address import Address
from bookshop.addresses.lay_out import lay_out

COUNTRIES = ["SG", "US", "DE", "HK", "AE", "JP", "SE", "GG", "CN", "BR", "GB", "XX"]
parts = st.text(st.sampled_from("abcdefghij 0123456789"), max_size=12).map(
    lambda text: " ".join(text.split())
)


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        (
            Address("8 A Walk", "Singapore", "098585", "SG", "#03-11"),
            ("8 A Walk", "#03-11", "SINGAPORE 098585"),
        ),
        (Address("1 Main", "Reno", "89501", "US", "Apt 3", "NV"), ("1 Main", "Apt 3", "Reno, NV 89501")),
        (Address("1 Main St", "Cupertino", "", "US"), ("1 Main St", "Cupertino")),
        (Address("Example 1", "Berlin", "10115", "DE"), ("Example 1", "10115 Berlin")),
        (Address("1 Rue", "Paris", "75001", "FR"), ("1 Rue", "75001 Paris")),
        (Address("1 High St", "Oxford", "ox1 1aa", "GB"), ("1 High St", "Oxford", "ox1 1aa")),
        (Address("Gata 1", "Lund", "se-222 22", "SE"), ("Gata 1", "SE-222 22 Lund")),
        (Address("1 Road", "Mong Kok", "", "HK", "", "Kowloon"), ("1 Road", "Mong Kok", "Kowloon")),
        (Address("Tower 1", "Deira", "12", "AE", "", "Dubai"), ("Tower 1", "Deira", "12", "Dubai")),
        (Address("1 Ginza", "Chuo", "104-0061", "JP", "", "Tokyo"), ("1 Ginza", "Chuo, Tokyo", "104-0061")),
        (Address("Street", "Town", "1", "XX"), ("Street", "1", "Town")),
    ],
)
def test_a_country_has_its_own_lines(address: Address, lines: tuple[str, ...]) -> None:
    assert lay_out(address) == lines


def test_the_name_stands_where_the_country_writes_it() -> None:
    assert lay_out(Address("1 Rue", "Paris", "75001", "FR"), "A Reader")[0] == "A Reader"
    native = Address("銀座1-1", "中央区", "104-0061", "JP", "", "東京都")
    assert lay_out(native, "陳 美玲") == ("〒104-0061", "東京都", "中央区", "銀座1-1", "陳 美玲")


@given(parts, parts, parts, parts, parts, st.sampled_from(COUNTRIES))
def test_nothing_typed_is_lost(
    street: str, unit: str, city: str, region: str, postcode: str, country: str
) -> None:
    text = "\n".join(lay_out(Address(street, city, postcode, country, unit, region))).casefold()
    for part in (street, unit, city, region, postcode):
        assert part in text
