import io

import pytest

from bookshop.importing.rules.stock_rows import TILL_COLUMNS, read_stock_counts, read_stock_table
from bookshop.onix.record import RefusedRecord
from tests.importing.shop import MARKET


@pytest.mark.parametrize(
    ("text", "quantity"),
    [("4", 4), ("4.0", 4), ('"4,00"', 4), ("+4", 4), ("-2", 0), ("999999", 999_999), ("", None)],
)
def test_quantities_are_whole_numbers_from_0(text: str, quantity: int | None) -> None:
    assert quantities_of(text) == ([quantity], [])


@pytest.mark.parametrize("text", ["4.5", "1000000", "few", "--4", "."])
def test_other_quantities_are_refused(text: str) -> None:
    assert quantities_of(text) == ([], [f"'{text}' is not a valid number of copies."])


def quantities_of(text: str) -> tuple[list[int | None], list[str]]:
    """Return the quantities in a stock file of one row, and the reasons why rows were refused."""
    refused: list[RefusedRecord] = []
    file = io.BytesIO(f"isbn,stock,price\n9780306406157,{text},1\n".encode())
    counts = read_stock_counts(read_stock_table(file, MARKET, TILL_COLUMNS), MARKET, refused)
    return [one.quantity for one in counts], [one.reason for one in refused]
