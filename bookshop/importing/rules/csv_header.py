"""The header of a table: which line it is, and which column is which field."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import product

from bookshop.importing.rules.csv_columns import OTHER_MEANINGS, QUANTITY_OF_LOCATION, SHOP_CODES
from bookshop.onix.text import normalize
from bookshop.trade.text import words

DELIMITERS = (",", ";", "\t", "|")
# the line that Excel writes before the header
EXCEL_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
MAX_HEADER_CHARS = 20_000
# a line with them is a row, though the header has a quotation mark that is not closed
ISBN_DIGITS = re.compile(r"[0-9]{7}")
# better than any known name
CHOSEN = -1


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a field; one that `fills_in` counts where the columns before it have no ISBN."""

    index: int
    field: str
    fills_in: bool = False


@dataclass(frozen=True, slots=True)
class Header:
    """The headings of a table, the number of its line, and the columns that are known."""

    line: int
    delimiter: str
    headings: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        by_index = sorted(self.columns, key=lambda column: column.index)
        return tuple(dict.fromkeys(column.field for column in by_index))

    @property
    def ignored(self) -> tuple[str, ...]:
        known = {column.index for column in self.columns}
        return tuple(name for index, name in enumerate(self.headings) if name and index not in known)

    @property
    def min_cells(self) -> int:
        """How many cells a row has without the columns that have no heading."""
        return max((index for index, name in enumerate(self.headings, 1) if name), default=0)

    @property
    def isbn_column(self) -> int | None:
        return next((column.index for column in self.columns if column.field == "isbn"), None)


@dataclass(frozen=True, slots=True)
class ColumnNames:
    """The field and rank of each known name, which may end with a suffix, as in "Price SGD"."""

    by_name: Mapping[str, tuple[str, int]]
    suffix: str

    @classmethod
    def of(
        cls, names_by_field: Mapping[str, Sequence[str]], suffix: str, chosen: Iterable[tuple[str, str]]
    ) -> "ColumnNames":
        """Return the names of each field; `chosen` headings are the only names of their fields."""
        headings = {field: plain_name(name) for field, name in chosen if field in names_by_field}
        by_name = {
            name: (field, rank)
            for field, names in names_by_field.items()
            if field not in headings
            for rank, name in enumerate(names)
        }
        return cls(by_name | {name: (field, CHOSEN) for field, name in headings.items()}, suffix.lower())

    def find(self, name: str) -> tuple[str, int] | None:
        plain = plain_name(name)
        return self.by_name.get(plain) or self.by_name.get(plain.removesuffix(self.suffix))

    def match(self, headings: Sequence[str]) -> tuple[Column, ...]:
        """Return the best column of each field, and all that may have an ISBN."""
        plain = set(map(plain_name, headings))
        other = {name for key in plain & OTHER_MEANINGS.keys() for name in OTHER_MEANINGS[key]}
        found = sorted(
            (match[1], index, match[0])
            for index, name in enumerate(headings)
            if plain_name(name) not in other and (match := self.find(name))
        )
        columns: dict[str, Column] = {}
        more = []
        for rank, index, field in found:
            is_shop_code = rank != CHOSEN and plain_name(headings[index]) in SHOP_CODES
            if field not in columns:
                columns[field] = Column(index, field, fills_in=is_shop_code)
            elif field == "isbn":
                more.append(Column(index, field, fills_in=True))
        places = [index for index, name in enumerate(headings) if QUANTITY_OF_LOCATION.fullmatch(name)]
        if len(places) == 1 and "stock" not in columns and self._has("stock"):
            more.append(Column(places[0], "stock"))
        return (*columns.values(), *more)

    def _has(self, field: str) -> bool:
        return any(known == field for known, _ in self.by_name.values())


def plain_name(text: str) -> str:
    """Return a heading without case, accents, spaces and punctuation."""
    return "".join(words(text)) or text.strip()


def parse_line(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line[:MAX_HEADER_CHARS]], delimiter=delimiter, skipinitialspace=True), [])


def choose_header(lines: Sequence[str], names: ColumnNames, without_header: Sequence[str]) -> Header:
    """Return the header: the first of these lines that has a column for the ISBN.

    `without_header` are the fields of a table whose first line begins with a digit.
    """
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    delimiters: Sequence[str] = DELIMITERS
    if lines and (separator := EXCEL_SEPARATOR_LINE.fullmatch(lines[first])):
        delimiters, first = separator[1], first + 1
    if without_header and "".join(lines[first : first + 1]).lstrip(" \"'=")[:1].isdigit():
        return _without_header(lines[first], first, delimiters, without_header)
    candidates = list(_candidates(lines, first, delimiters, names))
    with_isbn = [one for one in candidates if "isbn" in one.fields]
    in_first = candidates[: len(delimiters)]
    return max(with_isbn or in_first, key=lambda one: len(one.fields), default=Header(first, ",", (), ()))


def _candidates(
    lines: Sequence[str], first: int, delimiters: Sequence[str], names: ColumnNames
) -> Iterator[Header]:
    """Yield each line as a header with each delimiter."""
    for index, delimiter in product(range(first, len(lines)), delimiters):
        cells, end = _parse_lines(lines, index, delimiter)
        headings = tuple(map(normalize, cells))
        yield Header(end, delimiter, headings, names.match(headings))


def _parse_lines(lines: Sequence[str], index: int, delimiter: str) -> tuple[list[str], int]:
    """Return the cells that begin in a line, and the index of the line after them."""
    reader = csv.reader(lines[index:], delimiter=delimiter, strict=True, skipinitialspace=True)
    with suppress(csv.Error):
        cells = next(reader, [])
        end = index + reader.line_num
        if not any(map(ISBN_DIGITS.search, lines[index + 1 : end])):
            return cells, end
    # a quotation mark is missing: none of them counts
    reader = csv.reader([lines[index][:MAX_HEADER_CHARS]], delimiter=delimiter, quoting=csv.QUOTE_NONE)
    return next(reader, []), index + 1


def _without_header(line: str, index: int, delimiters: Sequence[str], fields: Sequence[str]) -> Header:
    delimiter = max(delimiters, key=lambda one: len(parse_line(line, one)))
    width = len(parse_line(line, delimiter))
    # the last fields may be missing in the first row
    headings = [str(number) if number <= width else "" for number in range(1, max(width, len(fields)) + 1)]
    columns = tuple(Column(at, field) for at, field in enumerate(fields if width > 1 else fields[:1]))
    return Header(index, delimiter, tuple(headings), columns)
