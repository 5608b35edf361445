"""Prices belong to bands."""

import pytest

from bookshop.search.price_band import price_band_of


@pytest.mark.parametrize(
    ("minor", "band"), [(0, ""), (1, "1"), (999, "1"), (1000, "2"), (4999, "4"), (5000, "5"), (10**6, "5")]
)
def test_prices_are_banded(minor: int, band: str) -> None:
    assert price_band_of(minor) == band
