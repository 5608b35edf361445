"""Tables as spreadsheets and tills export them, with any usual delimiter."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, BinaryIO

from bookshop.importing.rules.csv_text import read_lines
from bookshop.onix.errors import UnreadableFile
from bookshop.onix.text import normalize
from bookshop.trade.text import words

DELIMITERS = (",", ";", "\t", "|")
# the line that Excel writes before the header
EXCEL_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
MAX_NAMED_COLUMNS = 12
# in error messages
FIELD_NAMES = {"isbn": "the ISBN", "title": "the title", "stock": "the quantity"}


@dataclass(frozen=True, slots=True)
class CsvRow:
    """The cells of a row by field, without empty ones, or the `problem` of the row."""

    number: int
    line: int
    cells: dict[str, str]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class CsvTable:
    """The rows of a file, the fields that have a column, and the names of ignored columns."""

    fields: tuple[str, ...]
    ignored: tuple[str, ...]
    rows: Iterator[CsvRow]


@dataclass(frozen=True, slots=True)
class ColumnNames:
    """The field and rank of each known name, which may end with a suffix, as in "Price SGD"."""

    by_name: dict[str, tuple[str, int]]
    suffix: str

    def find(self, name: str) -> tuple[str, int] | None:
        plain = "".join(words(name))
        return self.by_name.get(plain) or self.by_name.get(plain.removesuffix(self.suffix.lower()))


def read_table(
    stream: BinaryIO,
    names_by_field: Mapping[str, Sequence[str]],
    *,
    suffix: str = "",
    without_header: Sequence[str] = (),
) -> CsvTable:
    """Read the header of a table, and its rows as they are iterated; raises UnreadableFile.

    A field's names are given without spaces and punctuation, the best first. `without_header` are the fields
    of a table whose first row begins with a digit.
    """
    lines = read_lines(stream)
    first = next((line for line in lines if line.strip()), "")
    separator = EXCEL_SEPARATOR_LINE.fullmatch(first)
    if separator:
        first = next(lines, "")
    headers = {
        delimiter: next(csv.reader([first], delimiter=delimiter), [])
        for delimiter in ((separator[1],) if separator else DELIMITERS)
    }
    if without_header and first.lstrip(" \"'")[:1].isdigit():
        delimiter = max(headers, key=lambda one: len(headers[one]))
        reader = csv.reader(chain([first], lines), delimiter=delimiter)
        return CsvTable(tuple(without_header), (), _read_rows(reader, without_header))
    names = ColumnNames(
        {name: (field, rank) for field, all_ in names_by_field.items() for rank, name in enumerate(all_)},
        suffix,
    )
    columns_by_delimiter = {one: _match_columns(header, names) for one, header in headers.items()}
    delimiter = max(headers, key=lambda one: sum(field is not None for field in columns_by_delimiter[one]))
    columns = columns_by_delimiter[delimiter]
    unknown = (
        normalize(name) for name, field in zip(headers[delimiter], columns, strict=True) if field is None
    )
    rows = _read_rows(csv.reader(lines, delimiter=delimiter), columns, lines_before=1)
    return CsvTable(tuple(filter(None, columns)), tuple(filter(None, unknown)), rows)


def require_fields(table: CsvTable, fields: Sequence[str]) -> None:
    """Raise UnreadableFile if a field has no column."""
    missing = " and ".join(FIELD_NAMES[field] for field in fields if field not in table.fields)
    if missing:
        found = [*table.fields, *table.ignored]
        columns = ", ".join(found[:MAX_NAMED_COLUMNS]) + (", …" if len(found) > MAX_NAMED_COLUMNS else "")
        raise UnreadableFile(f"The file has no column for {missing}. Its columns are: {columns or 'none'}.")


def _match_columns(header: Sequence[str], names: ColumnNames) -> list[str | None]:
    """Return the field of each column; of two columns for a field the better name has it."""
    found = [names.find(name) for name in header]
    best: dict[str, int] = {}
    for field, rank in filter(None, found):
        best[field] = min(rank, best.get(field, rank))
    taken: set[str] = set()
    columns: list[str | None] = []
    for match in found:
        is_best = match is not None and best[match[0]] == match[1] and match[0] not in taken
        columns.append(match[0] if match and is_best else None)
        taken.update(filter(None, columns[-1:]))
    return columns


def _read_rows(reader: Any, columns: Sequence[str | None], lines_before: int = 0) -> Iterator[CsvRow]:
    number = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            number += 1
            yield CsvRow(number, reader.line_num + lines_before, {}, f"it is not a valid CSV row: {problem}")
            continue
        values = {
            field: value
            for field, cell in zip(columns, cells, strict=False)
            if field and (value := normalize(cell) if "\n" not in cell else cell.strip())
        }
        if values:
            number += 1
            yield CsvRow(number, reader.line_num + lines_before, values)
