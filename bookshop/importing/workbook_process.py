"""Write a sheet of the workbook on standard input to standard output, as CSV.

The names of other sheets with the same fields go to standard error.

This is a process of its own because a small workbook can describe billions of cells: whatever the library
needs for it, the process ends at its limits, and the import with one line.
"""

import csv
import io
import json
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from itertools import islice
from typing import Any, NoReturn

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from bookshop.importing.rules.csv_columns import CSV_COLUMN_NAMES
from bookshop.importing.rules.csv_header import ColumnNames, choose_header
from bookshop.importing.rules.csv_table import LINE_SEPARATOR, MAX_HEADER_LINES
from bookshop.importing.workbook import REFUSED_STATUS

# the library does not tell which
UNREADABLE = "The workbook is damaged, has a password, or is of a kind that is not known. Save it as CSV."
NO_SHEET = "The workbook has no visible sheet with cells in it. Show the sheet with the table, and save it."
MAX_MEMORY_BYTES = 1024**3
MAX_CPU_SECONDS = 300
MAX_TABLE_BYTES = 1024**3
# a row is one line, so that lines have the numbers of the sheet's rows
LINE_BREAK = re.compile(r"\r\n?|\n")
MIDNIGHT = time()


def main() -> None:
    """Write the sheet that the task on the command line asks for."""
    set_limits()
    fields, chosen = json.loads(sys.argv[1])
    try:
        with CalamineWorkbook.from_filelike(sys.stdin.buffer) as workbook:
            sheets = list(visible_sheets(workbook))
            if not sheets:
                refuse(NO_SHEET)
            fitting = [sheet for sheet in sheets if set(fields) <= fields_of(sheet, chosen)]
            for sheet in (fitting or sheets)[:1]:
                write_rows(rows_of(sheet))
            json.dump([sheet.name for sheet in fitting[1:]], sys.stderr)
    except CalamineError:
        refuse(UNREADABLE)


def refuse(reason: str) -> NoReturn:
    sys.stderr.write(reason)
    sys.exit(REFUSED_STATUS)


def set_limits() -> None:
    """Limit what the process may use, on systems that can."""
    try:
        import resource
    except ImportError:
        return
    for kind, limit in (
        (resource.RLIMIT_AS, MAX_MEMORY_BYTES),
        (resource.RLIMIT_CPU, MAX_CPU_SECONDS),
        (resource.RLIMIT_FSIZE, MAX_TABLE_BYTES),
    ):
        resource.setrlimit(kind, (limit, limit))


def fields_of(sheet: CalamineSheet, chosen: Iterable[tuple[str, str]]) -> set[str]:
    """Return the fields for which a sheet has columns."""
    lines = [to_line(row) for row in islice(rows_of(sheet), MAX_HEADER_LINES)]
    return set(choose_header(lines, ColumnNames.of(CSV_COLUMN_NAMES, "", chosen), ()).fields)


def visible_sheets(workbook: CalamineWorkbook) -> Iterator[CalamineSheet]:
    for sheet in workbook.sheets_metadata:
        if sheet.visible == SheetVisibleEnum.Visible:
            found = workbook.get_sheet_by_name(sheet.name)
            if found.start:
                yield found


def rows_of(sheet: CalamineSheet) -> Iterator[list[str]]:
    """Yield the rows of a sheet from its first on."""
    for _ in range(sheet.start[0] if sheet.start else 0):
        yield []
    for row in sheet.iter_rows():
        yield [to_text(cell) for cell in row]


def to_text(cell: Any) -> str:
    """Return a typed cell as it would be typed into a CSV file."""
    match cell:
        case bool():
            return str(cell).upper()
        case float():
            # as many digits as a spreadsheet shows; sums in binary have more
            return str(int(cell)) if cell.is_integer() else f"{cell:.15g}"
        case datetime():
            return cell.date().isoformat() if cell.time() == MIDNIGHT else cell.isoformat(" ")
        case timedelta() | time():
            return str(cell)
        case str():
            return LINE_BREAK.sub(LINE_SEPARATOR, cell)
    return str(cell)


def to_line(row: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(row)
    return out.getvalue()


def write_rows(rows: Iterable[list[str]]) -> None:
    with io.TextIOWrapper(sys.stdout.buffer, "utf-8-sig", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows(rows)


if __name__ == "__main__":
    main()
