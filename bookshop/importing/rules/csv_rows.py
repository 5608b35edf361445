"""The rows of a CSV file; a quotation mark that is missing spoils no row but its own."""

import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from bookshop.importing.rules.csv_text import MAX_LINE_CHARS
from bookshop.importing.rules.isbn_cell import is_bare_isbn

# the largest cell that Python's reader accepts
MAX_ROW_CHARS = MAX_LINE_CHARS
# repairing takes the square of it
MAX_REPAIR_CHARS = 10_000
QUOTES_PROBLEM = (
    "A quotation mark of the row is missing, or there is one too many. "
    "Within a cell, quotation marks are doubled."
)
LENGTH_PROBLEM = f"The row has more than {MAX_ROW_CHARS:,} characters."


class RawRow(NamedTuple):
    """The cells of a row that begins in this line, or the `problem` of the row."""

    line: int
    cells: list[str]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class RowShape:
    """How many cells whole rows have, and in which of them the ISBN is."""

    delimiter: str
    min_cells: int
    max_cells: int
    isbn_column: int | None


def read_rows(lines: Iterator[str], shape: RowShape, lines_before: int) -> Iterator[RawRow]:
    """Yield the rows of a file, whose line numbers start after `lines_before`."""
    source = _RowLines(lines, lines_before + 1)
    reader = csv.reader(source, delimiter=shape.delimiter, strict=True, skipinitialspace=True)
    while True:
        source.begin_row()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells = _repair(source.row[0], shape) if len(source.row) == 1 else []
            is_sound = bool(cells)
        else:
            is_sound = len(source.row) == 1 or _is_one_row(source, cells, shape)
        if not is_sound:
            source.keep_first_line()
        if (
            is_sound
            and source.row_chars <= MAX_ROW_CHARS
            and shape.min_cells <= len(cells) <= shape.max_cells
        ):
            yield RawRow(source.line, cells)
        else:
            yield RawRow(source.line, cells, _describe(source, cells, shape, is_sound=is_sound))


@dataclass(slots=True)
class _RowLines:
    """The lines of a file; a row ends when it is too long, and its lines can be read again."""

    lines: Iterator[str]
    line: int
    row: list[str] = field(default_factory=list)
    row_chars: int = 0
    returned: deque[str] = field(default_factory=deque)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.row_chars > MAX_ROW_CHARS:
            raise StopIteration
        line = self.returned.popleft() if self.returned else next(self.lines)
        self.row.append(line)
        self.row_chars += len(line)
        return line

    def begin_row(self) -> None:
        self.line += len(self.row)
        self.row.clear()
        self.row_chars = 0

    def keep_first_line(self) -> None:
        """Give back the lines after the one in which the row began."""
        self.returned.extendleft(reversed(self.row[1:]))
        del self.row[1:]
        self.row_chars = len(self.row[0])


def _describe(source: _RowLines, cells: list[str], shape: RowShape, *, is_sound: bool) -> str:
    """Return what is wrong with a row, or ''."""
    if source.row_chars > MAX_ROW_CHARS:
        return LENGTH_PROBLEM
    if not is_sound or _is_torn(cells, shape):
        return QUOTES_PROBLEM
    if any(cell.strip() for cell in cells[shape.max_cells :]):
        return (
            f"The row has {len(cells)} cells, but the file has {shape.max_cells} columns. "
            "Put quotation marks around a cell that has the separator in it."
        )
    return ""


def _is_torn(cells: list[str], shape: RowShape) -> bool:
    """Return whether a line is a part of a row, or more than a row, because of a quotation mark."""
    if shape.min_cells <= len(cells) <= shape.max_cells or not any('"' in cell for cell in cells):
        return False
    at = shape.isbn_column
    return at is None or len(cells) > shape.max_cells or not any(map(is_bare_isbn, cells[at : at + 1]))


def _is_one_row(source: _RowLines, cells: list[str], shape: RowShape) -> bool:
    """Return whether lines are one row, and not several that a quotation mark joined."""
    if source.row_chars > MAX_ROW_CHARS or not shape.min_cells <= len(cells) <= shape.max_cells:
        return False
    own = "" if shape.isbn_column is None else cells[shape.isbn_column].strip()
    return not any(_is_row_of_other(line, own, shape) for line in source.row)


def _is_row_of_other(line: str, own_isbn: str, shape: RowShape) -> bool:
    if line.count(shape.delimiter) < shape.min_cells - 1:
        return False
    cells = next(csv.reader([line], delimiter=shape.delimiter, skipinitialspace=True), [])
    if len(cells) < shape.min_cells or shape.isbn_column is None:
        return False
    isbn = cells[shape.isbn_column].strip()
    return isbn != own_isbn and is_bare_isbn(isbn)


def _repair(line: str, shape: RowShape) -> list[str]:
    """Return the cells of a line whose quotation marks are not doubled; [] if there is a doubt."""
    line = line.rstrip("\n")
    if len(line) > MAX_REPAIR_CHARS:
        return []
    found = list(_cell_pattern(shape.delimiter).finditer(line))
    is_whole = sum(len(one[0]) for one in found) == len(line)
    if not is_whole or not shape.min_cells <= len(found) <= shape.max_cells:
        # no text has tabs, so that programs that write them use no quotation marks
        cells = line.split("\t") if shape.delimiter == "\t" else []
        return cells if shape.min_cells <= len(cells) <= shape.max_cells else []
    return [(one[1] or one[2] or "").replace('""', '"').replace('\\"', '"') for one in found]


@lru_cache(maxsize=8)
def _cell_pattern(delimiter: str) -> re.Pattern[str]:
    """Match a cell between quotes that end it, or one whose quotes are part of it."""
    d = re.escape(delimiter)
    return re.compile(rf'(?:^|{d}) *(?:"(.*?)"\s*(?={d}|$)|((?!")[^{d}]*|(?:"[^"{d}]*"|[^"{d}])*))')
