"""Tables as spreadsheets and tills write them: in any usual delimiter and encoding, columns known by name."""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, BinaryIO

from charset_normalizer import from_bytes

from bookshop.onix.errors import UnreadableFile
from bookshop.onix.file_kind import BOMS
from bookshop.onix.text import normalize
from bookshop.trade.text import words

CHUNK = 64 * 1024
MAX_LINE_CHARS = 1024 * 1024
DELIMITERS = (",", ";", "\t", "|")
# what Excel writes before its first line
SEPARATOR = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
# what files without a mark of their encoding are in, apart from UTF-8
ENCODINGS = ["cp1252", "mac_roman", "cp1251", "cp1253", "big5", "gb18030", "shift_jis"]
BROKEN = "\ufffd"
USUAL_ENCODING = "cp1252"
MAX_NAMED_COLUMNS = 12


@dataclass(frozen=True, slots=True)
class CsvRow:
    """A row's cells by field, empty ones left out; `problem` says why there are none."""

    number: int
    line: int
    cells: dict[str, str]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class CsvTable:
    """The rows of a file; `fields` are those that it has columns for, `ignored` names its other columns."""

    fields: tuple[str, ...]
    ignored: tuple[str, ...]
    rows: Iterator[CsvRow]


def read_table(
    stream: BinaryIO,
    names: Mapping[str, Sequence[str]],
    *,
    suffix: str = "",
    without_head: Sequence[str] = (),
) -> CsvTable:
    """Read a table, whose columns may be called by any of a field's names, with a suffix after it or not.

    Fields stand in the order of `without_head` where the first row begins with digits; raises UnreadableFile.
    """
    lines = read_lines(stream)
    first = next((line for line in lines if line.strip()), "")
    separator = SEPARATOR.fullmatch(first)
    if separator:
        first = next(lines, "")
    known = {name: (field, rank) for field, spellings in names.items() for rank, name in enumerate(spellings)}
    heads = {
        delimiter: next(csv.reader([first], delimiter=delimiter), [])
        for delimiter in ((separator[1],) if separator else DELIMITERS)
    }
    if without_head and first.lstrip(" \"'")[:1].isdigit():
        delimiter = max(heads, key=lambda one: len(heads[one]))
        columns: list[str | None] = [*without_head]
        reader = csv.reader(chain([first], lines), delimiter=delimiter)
        return CsvTable(tuple(without_head), (), _read_rows(reader, columns))
    delimiter = max(
        heads, key=lambda one: sum(field is not None for field in _match(heads[one], known, suffix))
    )
    columns = _match(heads[delimiter], known, suffix)
    ignored = [
        normalize(name) for name, field in zip(heads[delimiter], columns, strict=True) if field is None
    ]
    rows = _read_rows(csv.reader(lines, delimiter=delimiter), columns, 1)
    return CsvTable(tuple(filter(None, columns)), tuple(filter(None, ignored)), rows)


def describe_columns(table: CsvTable) -> str:
    """The names of a table's columns, for somebody who looks for one that is missing."""
    found = [*table.fields, *table.ignored]
    return ", ".join(found[:MAX_NAMED_COLUMNS]) + (", …" if len(found) > MAX_NAMED_COLUMNS else "") or "none"


def _match(head: Sequence[str], known: Mapping[str, tuple[str, int]], suffix: str) -> list[str | None]:
    """The field of each column; of two columns of one field the better name has it."""
    found: list[tuple[str, int] | None] = []
    for name in head:
        plain = "".join(words(name))
        found.append(known.get(plain) or known.get(plain.removesuffix(suffix.lower())))
    best: dict[str, int] = {}
    for one in filter(None, found):
        best[one[0]] = min(one[1], best.get(one[0], one[1]))
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
            yield CsvRow(number, reader.line_num + lines_before, {}, f"it is no row of a table: {problem}")
            continue
        values = {
            field: value
            for field, cell in zip(columns, cells, strict=False)
            if field and (value := normalize(cell) if "\n" not in cell else cell.strip())
        }
        if values:
            number += 1
            yield CsvRow(number, reader.line_num + lines_before, values)


def read_lines(stream: BinaryIO) -> Iterator[str]:
    """The lines of a text in whatever encoding it is."""
    pending = ""
    for text in _decode(stream):
        *lines, pending = (pending + text).split("\n")
        if len(pending) > MAX_LINE_CHARS:
            raise UnreadableFile(f"has a line of more than {MAX_LINE_CHARS} characters")
        yield from (line + "\n" for line in lines)
    if pending:
        yield pending


def _decode(stream: BinaryIO) -> Iterator[str]:
    """The text, all line breaks being alike; UTF-8 until a byte shows that it is something else."""
    chunk = stream.read(CHUNK)
    encoding = next((name for bom, name in BOMS if chunk.startswith(bom)), "")
    decoder = _decoder(encoding or "utf-8", "replace" if encoding else "strict")
    is_ascii, is_end = True, False
    while not is_end:
        is_end = not chunk
        held = decoder.getstate()[0]
        try:
            text = decoder.decode(chunk, final=is_end)
        except UnicodeDecodeError:
            # where other letters were right before, a few bytes are broken and the encoding is not
            decoder = _decoder(_guess(held + chunk) if is_ascii else "utf-8", "replace")
            text = decoder.decode(held + chunk, final=is_end)
        is_ascii = is_ascii and text.isascii()
        yield text
        chunk = stream.read(CHUNK)


def _decoder(encoding: str, errors: str) -> io.IncrementalNewlineDecoder:
    return io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(errors), translate=True)


def _guess(sample: bytes) -> str:
    text = sample.decode("utf-8", "replace")
    letters = sum(not c.isascii() for c in text)
    if letters >= 2 * text.count(BROKEN):
        return "utf-8"
    best = from_bytes(sample, cp_isolation=ENCODINGS).best()
    return best.encoding if best else USUAL_ENCODING
