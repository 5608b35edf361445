"""Files as chunks of what is read in them: the message, records and refusals, whatever kind of file it is."""

from collections.abc import Generator, Iterator
from itertools import islice
from typing import NamedTuple

from bookshop.importing.rules.csv_books import read_book_csv
from bookshop.onix.file_kind import FileKind
from bookshop.onix.input_file import InputFile, OpenFile
from bookshop.onix.reader import read_onix
from bookshop.onix.record import ReadItem
from bookshop.trade.market import Market


class Chunk(NamedTuple):
    """Some of a file: what was read in it, what kind of file it is, and how far reading has come."""

    reads: list[ReadItem]
    kind: FileKind
    position: int
    size: int


def read_chunks(source: InputFile, market: Market, count: int) -> Generator[Chunk]:
    """A file in chunks of so many; raises Unreadable when it is nothing that we read."""
    with source.open() as opened:
        reads = read_file(opened, market)
        while chunk := list(islice(reads, count)):
            yield Chunk(chunk, opened.kind, opened.position, opened.size)


def read_file(opened: OpenFile, market: Market) -> Iterator[ReadItem]:
    """A file's message, records and refusals."""
    if opened.kind is FileKind.ONIX:
        return read_onix(opened.stream)
    return read_book_csv(opened.stream, opened.name, market)
