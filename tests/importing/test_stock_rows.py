import io

import pytest

from bookshop.importing.rules import stock_rows
from bookshop.importing.rules.csv_isbns import parse_row_isbn
from bookshop.importing.rules.csv_table import CsvRow
from bookshop.importing.rules.stock_rows import (
    BOOK_LIST_COLUMNS,
    TILL_COLUMNS,
    read_stock_counts,
    read_stock_table,
)
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


def test_a_row_without_quantity_and_price_is_refused_unless_in_a_list_of_books() -> None:
    file = b"isbn,stock,price\n9780306406157,,\n"
    refused: list[RefusedRecord] = []
    table = read_stock_table(io.BytesIO(file), MARKET, TILL_COLUMNS)
    assert list(read_stock_counts(table, MARKET, refused, [])) == []
    assert [one.reason for one in refused] == ["The row has neither a quantity nor a price."]
    table = read_stock_table(io.BytesIO(file), MARKET, BOOK_LIST_COLUMNS)
    counts = read_stock_counts(table, MARKET, refused, [], may_be_empty=True)
    assert [one.quantity for one in counts] == [None]
    assert len(refused) == 1


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


def test_an_unexpected_error_refuses_only_its_row(monkeypatch: pytest.MonkeyPatch) -> None:
    def parse_or_fail(row: CsvRow) -> str:
        if row.number == 1:
            raise TypeError("odd")
        return parse_row_isbn(row)

    monkeypatch.setattr(stock_rows, "parse_row_isbn", parse_or_fail)
    table = read_stock_table(io.BytesIO(b"9780306406157,4\n9780140449136,5\n"), MARKET, TILL_COLUMNS)
    refused: list[RefusedRecord] = []
    assert [count.quantity for count in read_stock_counts(table, MARKET, refused, [])] == [5]
    assert [one.line for one in refused] == [1]
