"""Read files of any kind in chunks of headers, records and rejections."""

from collections.abc import Generator, Iterator
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from bookshop.importing.rules.csv_books import REQUIRED_FIELDS, read_book_csv
from bookshop.importing.workbook import open_table
from bookshop.onix.file_kind import FileKind
from bookshop.onix.input_file import InputFile, OpenFile
from bookshop.onix.reader import read_onix
from bookshop.onix.record import MessageHeader, ReadItem
from bookshop.trade.market import Market


class Chunk(NamedTuple):
    """A part of what a file holds; `position` and `size` are in bytes of the file."""

    items: list[ReadItem]
    kind: FileKind
    position: int
    size: int


def read_chunks(source: InputFile, market: Market, chunk_size: int) -> Generator[Chunk]:
    """Read a file in chunks of so many items; raises UnreadableFile."""
    with source.open() as opened:
        items = read_file(opened, market)
        while chunk := list(islice(items, chunk_size)):
            yield Chunk(chunk, opened.kind, opened.position, opened.size)


def read_file(opened: OpenFile, market: Market) -> Iterator[ReadItem]:
    if opened.kind is FileKind.ONIX:
        yield from read_onix(opened.stream)
        return
    with open_table(opened, REQUIRED_FIELDS) as table:
        for item in read_book_csv(table.stream, opened.name, market, opened.options):
            yield replace(item, other_sheets=table.other_sheets) if isinstance(item, MessageHeader) else item
