import io

import pytest

from bookshop.importing.rules.stock_rows import TILL_COLUMNS, read_stock_counts, read_stock_table
from bookshop.onix.record import RecordWarning, RefusedRecord
from tests.importing.shop import MARKET


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("4", 4),
        ("4.0", 4),
        ('"4,00"', 4),
        ("+4", 4),
        ("-2", 0),
        ("999999", 999_999),
        ("", None),
        ('"1,000"', 1000),
        ('"1,000.00"', 1000),
        ("1 000", 1000),
        ("1'000", 1000),
        ("１０００", 1000),
        ("0.000", 0),
        ("-0", 0),
        ("10 pcs", 10),
        ("1 copy", 1),
    ],
)
def test_quantities_are_whole_numbers_from_0(text: str, quantity: int | None) -> None:
    assert quantities_of(text) == ([quantity], [])


def test_a_quantity_with_two_meanings_is_refused() -> None:
    assert quantities_of("1.000") == (
        [],
        ["'1.000' may mean 1000 or 1. Write it without a separator of thousands."],
    )


def test_a_count_with_an_odd_price_is_kept_and_the_price_reported() -> None:
    warnings: list[RecordWarning] = []
    file = io.BytesIO(b"isbn,stock,price\n9780306406157,3,POA\n")
    counts = read_stock_counts(read_stock_table(file, MARKET, TILL_COLUMNS), MARKET, [], warnings)
    assert [(one.quantity, one.price_minor) for one in counts] == [(3, 0)]
    assert warnings == [RecordWarning(1, 2, "9780306406157", "'POA' is not a valid price in SGD.")]


@pytest.mark.parametrize("text", ["4.5", "1000000", "few", "--4", ".", '"1,5"', "10+", "1-2"])
def test_other_quantities_are_refused(text: str) -> None:
    assert quantities_of(text) == ([], [f"{text.strip(chr(34))!r} is not a valid number of copies."])


def quantities_of(text: str) -> tuple[list[int | None], list[str]]:
    """Return the quantities in a stock file of one row, and the reasons why rows were refused."""
    refused: list[RefusedRecord] = []
    file = io.BytesIO(f"isbn,stock,price\n9780306406157,{text},1\n".encode())
    counts = read_stock_counts(read_stock_table(file, MARKET, TILL_COLUMNS), MARKET, refused, [])
    return [one.quantity for one in counts], [one.reason for one in refused]
