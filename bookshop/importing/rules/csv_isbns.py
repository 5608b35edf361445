"""ISBNs in cells of a table."""

from bookshop.importing.rules.csv_table import CsvRow
from bookshop.trade.isbn import parse_isbn


def parse_row_isbn(row: CsvRow) -> str:
    """Return the ISBN-13 of a row; raises ValueError with the reason."""
    if row.problem:
        raise ValueError(row.problem)
    text = row.cells.get("isbn", "")
    if not text:
        raise ValueError("The row has no ISBN.")
    if "E+" in text.upper():
        raise ValueError(
            f"{text[:20]} is an ISBN that a spreadsheet has shortened. Format its column as text."
        )
    # ="…" keeps a spreadsheet from reading a number; .0 and missing zeros are left where it read one
    isbn = parse_isbn(text.strip("=\"'").removesuffix(".0").zfill(10))
    if isbn is None:
        raise ValueError(f"{text[:20]} is not a valid ISBN. Check its length and its digits.")
    return isbn
