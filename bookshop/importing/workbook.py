"""Read a table that may be a workbook: its sheet becomes CSV, in a process with limits."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO, BinaryIO, NamedTuple, cast

from bookshop.onix.errors import UnreadableFile
from bookshop.onix.file_kind import FileKind
from bookshop.onix.input_file import OpenFile

MODULE = "bookshop.importing.workbook_process"
MAX_WORKBOOK_BYTES = 256 * 1024 * 1024
# the process exits with it when it has written the reason to standard error
REFUSED_STATUS = 3


class OpenTable(NamedTuple):
    """A table as CSV; `other_sheets` of its workbook have the same fields."""

    stream: BinaryIO
    other_sheets: tuple[str, ...] = ()


@contextmanager
def open_table(opened: OpenFile, fields: Sequence[str]) -> Iterator[OpenTable]:
    """Open a table as CSV; of a workbook, the first sheet with columns for these fields."""
    if opened.kind is not FileKind.WORKBOOK:
        yield OpenTable(opened.stream)
        return
    with TemporaryFile() as workbook, TemporaryFile() as table:
        _copy(opened.stream, workbook)
        other_sheets = _convert(workbook, table, json.dumps([fields, opened.options.columns]))
        table.seek(0)
        yield OpenTable(cast(BinaryIO, table), other_sheets)


def _copy(stream: BinaryIO, workbook: IO[bytes]) -> None:
    shutil.copyfileobj(stream, workbook)
    if workbook.tell() > MAX_WORKBOOK_BYTES:
        raise UnreadableFile("The workbook is too large. Save its sheet as CSV.")
    workbook.seek(0)


def _convert(workbook: IO[bytes], table: IO[bytes], task: str) -> tuple[str, ...]:
    """Write a sheet to `table`, and return the names of others like it."""
    # -P: the current folder is not searched for modules; feeds lie there
    command = [sys.executable, "-P", "-m", MODULE, task]
    done = subprocess.run(  # noqa: S603 - our own module
        command, stdin=workbook, stdout=table, stderr=subprocess.PIPE, check=False, process_group=0
    )
    if done.returncode == REFUSED_STATUS:
        raise UnreadableFile(done.stderr.decode(errors="replace").strip())
    if done.returncode:
        # its limits, or a fault of the library that reads it
        raise UnreadableFile("The workbook is damaged or too large. Save its sheet as CSV.")
    return tuple(json.loads(done.stderr))
