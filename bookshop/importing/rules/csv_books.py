"""A list of books as CSV: each row becomes a record of the lowest priority."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import PurePath
from typing import BinaryIO

from bookshop.importing.rules.csv_blocks import RowReader
from bookshop.importing.rules.csv_columns import CSV_COLUMN_NAMES
from bookshop.importing.rules.csv_dates import find_date_rules
from bookshop.importing.rules.csv_isbns import parse_row_isbn
from bookshop.importing.rules.csv_table import CsvRow, read_table, require_fields
from bookshop.importing.rules.csv_text import REPLACEMENT_CHARACTER
from bookshop.importing.rules.date_forms import DateRules
from bookshop.onix.blocks import dump_blocks
from bookshop.onix.errors import UnreadableFile
from bookshop.onix.record import (
    MAX_NAME_CHARS,
    OTHER_SOURCE_RANK,
    MessageHeader,
    ReadItem,
    Record,
    failure_reason,
)
from bookshop.onix.table_options import NO_OPTIONS, TableOptions
from bookshop.trade.market import Market

REQUIRED_FIELDS = ("isbn", "title")
CSV_RANK = OTHER_SOURCE_RANK + 1
# ONIX code list 1
CONFIRMED = "03"
# a day after the 12th of a month is among so many, unless a file has hardly any dates
ROWS_READ_AHEAD = 1000


def read_book_csv(
    stream: BinaryIO, name: str, market: Market, options: TableOptions = NO_OPTIONS
) -> Iterator[ReadItem]:
    """Yield a header and a record for each row.

    Raises UnreadableFile without columns for the ISBN and the title.
    """
    table = read_table(
        stream, CSV_COLUMN_NAMES, suffix=market.currency, country=market.country, options=options
    )
    require_fields(table, REQUIRED_FIELDS)
    header = MessageHeader(sender_name(name), None, table.ignored)
    yield header
    rows_by_isbn: dict[str, int] = {}
    for row, rules in _with_date_rules(table.rows, market):
        try:
            record = _read_record(row, market, rules)
            first = rows_by_isbn.setdefault(record.isbn, row.number)
            if first != row.number:
                raise ValueError(f"The book is in row {first} too, which counts.")
            yield record
        except ValueError as problem:
            yield row.refuse(str(problem))
        except Exception as error:
            yield row.refuse(failure_reason(error))
    if table.encoding.guessed:
        yield replace(header, guessed_encoding=table.encoding.guessed)


def sender_name(file_name: str) -> str:
    """Return the file's name without its ending, the sender unless another is given."""
    return PurePath(file_name).stem[:MAX_NAME_CHARS]


def _with_date_rules(rows: Iterator[CsvRow], market: Market) -> Iterator[tuple[CsvRow, DateRules]]:
    """Read ahead until the order of days and months is known.

    The rows before a fault of the file are not lost.
    """
    first: list[CsvRow] = []
    failure = None
    try:
        first.extend(islice(rows, ROWS_READ_AHEAD))
    except UnreadableFile as problem:
        failure = problem
    today = datetime.now(market.zone).date()
    rules = find_date_rules((row.cells.get("published", "") for row in first), market, today)
    yield from ((row, rules) for row in first)
    if failure:
        raise failure
    yield from ((row, rules) for row in rows)


def _read_record(row: CsvRow, market: Market, rules: DateRules) -> Record:
    isbn = parse_row_isbn(row)
    if "title" not in row.cells:
        raise ValueError("The row has no title.")
    reader = RowReader(row.cells, market, rules)
    text = dump_blocks(reader.read_blocks())
    if any(REPLACEMENT_CHARACTER in cell for cell in row.cells.values()):
        reader.warnings.append("Letters of the row cannot be read. State the file's --encoding.")
    unknown, warnings = tuple(reader.unknown), tuple(reader.warnings)
    return Record(isbn, CONFIRMED, isbn, row.number, row.line, CSV_RANK, text, unknown, warnings)
