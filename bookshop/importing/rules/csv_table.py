"""Tables as spreadsheets and tills export them, with any usual delimiter."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import BinaryIO

from bookshop.importing.rules.csv_columns import COLUMN_LABELS, CSV_COLUMN_NAMES
from bookshop.importing.rules.csv_header import ColumnNames, Header, choose_header, plain_name
from bookshop.importing.rules.csv_rows import RawRow, RowShape, read_rows
from bookshop.importing.rules.csv_text import TextEncoding, read_lines
from bookshop.importing.rules.isbn_cell import is_bare_isbn
from bookshop.onix.errors import UnreadableFile
from bookshop.onix.record import MAX_NAME_CHARS, RefusedRecord
from bookshop.onix.table_options import NO_OPTIONS, TableOptions
from bookshop.onix.text import normalize

# titles of reports may stand above the header
MAX_HEADER_LINES = 10
MAX_NAMED_COLUMNS = 100
# in error messages
FIELD_NAMES = {"isbn": "the ISBN", "title": "the title", "stock": "the quantity"}
# a longer cell holds what belongs to other cells or rows
MAX_CELL_CHARS = 1_000
MAX_CHARS_BY_FIELD = {
    "description": 100_000,
    "people": 10_000,
    "subjects": 10_000,
    "keywords": 10_000,
    "cover": 10_000,
}
# the line break of cells whose rows are to stay one line
LINE_SEPARATOR = "\u2028"
# what the rows of one product of a shop program have each for itself; the rest stands in its first row
FIELDS_OF_ROW = frozenset({"isbn", "price", "stock", "cover"})
FIELDS_OF_BOOK = frozenset({"isbn", "price", "stock"})


@dataclass(frozen=True, slots=True)
class CsvRow:
    """The cells of a row by field, without empty ones, or the `problem` of the row."""

    number: int
    line: int
    cells: dict[str, str]
    problem: str = ""

    def refuse(self, reason: str) -> RefusedRecord:
        isbn = self.cells.get("isbn", "")[:MAX_NAME_CHARS]
        return RefusedRecord(self.number, self.line, isbn, reason, is_damaged=bool(self.problem))


@dataclass(frozen=True, slots=True)
class CsvTable:
    """The rows of a file, the fields that have a column, and all and the ignored headings.

    An encoding may be guessed as late as in the last row.
    """

    fields: tuple[str, ...]
    headings: tuple[str, ...]
    ignored: tuple[str, ...]
    rows: Iterator[CsvRow]
    encoding: TextEncoding


def read_table(
    stream: BinaryIO,
    names_by_field: Mapping[str, Sequence[str]],
    *,
    suffix: str = "",
    country: str = "",
    without_header: Sequence[str] = (),
    options: TableOptions = NO_OPTIONS,
) -> CsvTable:
    """Read the header of a table, and its rows as they are iterated; raises UnreadableFile.

    A field's names are given without spaces and punctuation, the best first. `without_header` are the fields
    of a table whose first row begins with a digit.
    """
    encoding = TextEncoding(options.encoding, country)
    lines = read_lines(stream, encoding)
    start = list(islice(lines, MAX_HEADER_LINES))
    chosen = [(field, heading) for field, heading in options.columns if field in names_by_field]
    names = ColumnNames.of(names_by_field, suffix, chosen)
    header = choose_header(start, names, () if chosen else without_header)
    shape = RowShape(header.delimiter, header.min_cells, len(header.headings), header.isbn_column)
    raw_rows = read_rows(chain(start[header.line :], lines), shape, header.line)
    rows = _fill_groups(_name_cells(raw_rows, header))
    table = CsvTable(header.fields, header.headings, header.ignored, rows, encoding)
    _require_headings(table, chosen)
    return table


def require_fields(table: CsvTable, fields: Sequence[str]) -> None:
    """Raise UnreadableFile if a field has no column."""
    missing = [field for field in fields if field not in table.fields]
    if missing:
        names = " and ".join(FIELD_NAMES[field] for field in missing)
        option = ",".join(f"{COLUMN_LABELS.get(field, field)}=NAME" for field in missing)
        known = "; ".join(
            f"{COLUMN_LABELS.get(field, field)}: {', '.join(CSV_COLUMN_NAMES[field])}" for field in missing
        )
        raise UnreadableFile(
            f"The file has no column for {names}. {_list_columns(table)} "
            f'State its name with --columns "{option}". Names that need not be stated: {known}.'
        )


def _require_headings(table: CsvTable, chosen: Sequence[tuple[str, str]]) -> None:
    """Raise UnreadableFile if a column that was chosen for a field is not there."""
    there = set(map(plain_name, table.headings))
    for field, heading in chosen:
        if plain_name(heading) not in there:
            raise UnreadableFile(
                f"The file has no column {heading!r} for {COLUMN_LABELS.get(field, field)}. "
                f"{_list_columns(table)}"
            )


def _list_columns(table: CsvTable) -> str:
    return f"Its columns are: {join_columns(list(filter(None, table.headings))) or 'none'}."


def join_columns(names: Sequence[str]) -> str:
    """Return the first names for a sentence, with "…" for the others."""
    more = ", …" if len(names) > MAX_NAMED_COLUMNS else ""
    return ", ".join(names[:MAX_NAMED_COLUMNS]) + more


def _name_cells(rows: Iterable[RawRow], header: Header) -> Iterator[CsvRow]:
    """Yield the rows with their cells by field, without empty rows."""
    number = 0
    for row in rows:
        values: dict[str, str] = {}
        for column in header.columns:
            if column.index < len(row.cells) and column.field not in values:
                value = _plain_cell(row.cells[column.index], column.field)
                if value and not (column.fills_in and not is_bare_isbn(value)):
                    values[column.field] = value
        problem = row.problem or _find_long_cell(values)
        if values or problem:
            number += 1
            yield CsvRow(number, row.line, values, problem)


def _plain_cell(cell: str, field: str) -> str:
    if cell.startswith('="') and cell.endswith('"'):
        # what keeps a spreadsheet from reading a number
        cell = cell[2:-1]
    if field == "description" and normalize(cell[:100]):
        # its paragraphs stay apart
        return cell.replace(LINE_SEPARATOR, "\n").strip()
    return normalize(cell)


def _find_long_cell(values: Mapping[str, str]) -> str:
    for field, value in values.items():
        if len(value) > MAX_CELL_CHARS and len(value) > MAX_CHARS_BY_FIELD.get(field, MAX_CELL_CHARS):
            return f"The {COLUMN_LABELS.get(field, field)} has {len(value):,} characters, which is too long."
    return ""


def _fill_groups(rows: Iterable[CsvRow]) -> Iterator[CsvRow]:
    """Fill in what only the first row of a product has; leave out rows of its other pictures."""
    first: Mapping[str, str] = {}
    for row in rows:
        group = row.cells.get("group")
        if group is None or group != first.get("group"):
            first = row.cells
            yield row
        elif row.problem or not FIELDS_OF_BOOK.isdisjoint(row.cells):
            shared = {field: value for field, value in first.items() if field not in FIELDS_OF_ROW}
            yield replace(row, cells=shared | row.cells)
