"""The rows of a stock file: how many copies of a book are on the shelf, and at which price."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from bookshop.importing.rules.csv_columns import CSV_COLUMN_NAMES
from bookshop.importing.rules.csv_isbns import parse_row_isbn
from bookshop.importing.rules.csv_numbers import parse_number
from bookshop.importing.rules.csv_prices import parse_csv_price
from bookshop.importing.rules.csv_table import CsvRow, CsvTable, read_table, require_fields
from bookshop.onix.record import RecordWarning, RefusedRecord, failure_reason
from bookshop.onix.table_options import NO_OPTIONS, TableOptions
from bookshop.trade.market import Market
from bookshop.trade.typed_text import normalize_code

# the columns of a till export, in the order that they have in a file without a header
TILL_COLUMNS = ("isbn", "stock", "price")
# a list of books has prices of its own, which are those of the catalogue and not of the till
BOOK_LIST_COLUMNS = ("isbn", "stock")
VALUES = ("stock", "price")
MAX_COPIES = 999_999
# "10 pcs"
UNIT = re.compile(r"\s*(?:pcs?|pieces?|copy|copies|units?|ea|each|stk|stück|ex|expl)\.?$", re.IGNORECASE)
# how many entries a report keeps of each kind
MAX_LISTED = 10_000


@dataclass(frozen=True, slots=True)
class StockCount:
    """The copies that were counted, None if they were not, and a price, 0 for none."""

    isbn: str
    quantity: int | None
    price_minor: int


def read_stock_table(
    stream: BinaryIO, market: Market, columns: Sequence[str], options: TableOptions = NO_OPTIONS
) -> CsvTable:
    """Read these columns; raises UnreadableFile without the ISBN or the quantity."""
    names = {field: CSV_COLUMN_NAMES[field] for field in columns}
    table = read_table(
        stream,
        names,
        suffix=market.currency,
        country=market.country,
        without_header=TILL_COLUMNS,
        options=options,
    )
    require_fields(table, BOOK_LIST_COLUMNS)
    return table


def read_stock_counts(
    table: CsvTable,
    market: Market,
    refused: list[RefusedRecord],
    warnings: list[RecordWarning],
    *,
    may_be_empty: bool = False,
) -> Iterator[StockCount]:
    """Yield the first count of each book.

    Other rows are added to `refused`, prices that cannot be read to `warnings`. Rows without quantity and
    price are refused unless they `may_be_empty`.
    """
    seen: set[str] = set()
    for row in table.rows:
        try:
            count, problem_of_price = _read_count(row, market)
            if not may_be_empty and row.cells.keys().isdisjoint(VALUES):
                raise ValueError("The row has neither a quantity nor a price.")
            if count.isbn in seen:
                raise ValueError("The book is in an earlier row too.")
        except ValueError as problem:
            _refuse(row, str(problem), refused)
        except Exception as error:
            _refuse(row, failure_reason(error), refused)
        else:
            seen.add(count.isbn)
            if problem_of_price and len(warnings) < MAX_LISTED:
                warnings.append(RecordWarning(row.number, row.line, count.isbn, problem_of_price))
            yield count


def _refuse(row: CsvRow, reason: str, refused: list[RefusedRecord]) -> None:
    if len(refused) < MAX_LISTED or row.problem:
        refused.append(row.refuse(reason))


def _read_count(row: CsvRow, market: Market) -> tuple[StockCount, str]:
    """Return the count of a row, and why its price is not used, or ''."""
    isbn, quantity = parse_row_isbn(row), _parse_quantity(row.cells.get("stock", ""), market.country)
    price, problem_of_price = 0, ""
    try:
        price = parse_csv_price(row.cells["price"], market) if "price" in row.cells else 0
    except ValueError as problem:
        problem_of_price = str(problem)
    return StockCount(isbn, quantity, price), problem_of_price


def _parse_quantity(text: str, country: str) -> int | None:
    """Return the number of copies, 0 for a negative one: a till may sell more than it knows of."""
    if not text:
        return None
    number = UNIT.sub("", normalize_code(text))
    copies = parse_number(number.removeprefix("-").removeprefix("+"), country)
    if copies is None or copies % 1 or copies > MAX_COPIES:
        raise ValueError(f"{text[:20]!r} is not a valid number of copies.")
    return 0 if number.startswith("-") else int(copies)
