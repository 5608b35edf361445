import io

import pytest

from bookshop.importing.rules.csv_table import CsvTable, read_table, require_fields
from bookshop.onix.errors import UnreadableFile

NAMES = {"isbn": ("isbn13", "isbn"), "price": ("rrp", "price")}


def table(text: str, **options: str) -> CsvTable:
    return read_table(io.BytesIO(text.encode()), NAMES, **options)


@pytest.mark.parametrize("header", ["ISBN,ISBN-13,Price,RRP", "ISBN,ISBN-13,Price,RRP,isbn13"])
def test_of_two_columns_for_a_field_the_better_name_has_it(header: str) -> None:
    found = table(f"{header}\n1,2,3,4,5\n")
    assert found.fields == ("isbn", "price")
    assert found.ignored[:2] == ("ISBN", "Price")
    assert [row.cells for row in found.rows] == [{"isbn": "2", "price": "4"}]


def test_a_name_may_end_with_the_currency() -> None:
    assert table("isbn,Price (SGD)\n", suffix="SGD").fields == ("isbn", "price")
    assert table("isbn,Price (SGD)\n", suffix="USD").fields == ("isbn",)


def test_empty_rows_and_cells_are_left_out() -> None:
    rows = list(table("isbn,price\n\n1,\n,\n2,3\n").rows)
    assert [(row.number, row.line, row.cells) for row in rows] == [
        (1, 3, {"isbn": "1"}),
        (2, 5, {"isbn": "2", "price": "3"}),
    ]


def test_an_error_names_a_dozen_columns_at_most() -> None:
    with pytest.raises(UnreadableFile, match=r"columns are: a1, .*, a12, …\.$"):
        require_fields(table(",".join(f"a{n}" for n in range(1, 14))), ("isbn",))
    with pytest.raises(UnreadableFile, match=r"columns are: a1, .*, a12\.$"):
        require_fields(table(",".join(f"a{n}" for n in range(1, 13))), ("isbn",))
