"""The ISBN of a row of a table."""

from bookshop.importing.rules.csv_table import CsvRow
from bookshop.importing.rules.isbn_cell import parse_isbn_cell


def parse_row_isbn(row: CsvRow) -> str:
    """Return the ISBN-13 of a row; raises ValueError with the reason."""
    if row.problem:
        raise ValueError(row.problem)
    return parse_isbn_cell(row.cells.get("isbn", ""))
