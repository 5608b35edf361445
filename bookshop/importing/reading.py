"""Files as chunks of what is read in them: the message, records and refusals, whatever kind of file it is."""

from collections.abc import Generator, Iterator
from itertools import islice
from typing import NamedTuple

from bookshop.importing.rules.csv_books import read_csv
from bookshop.onix.files import Kind, Opened, Source
from bookshop.onix.reader import Read, read_onix
from bookshop.onix.record import Market


class Chunk(NamedTuple):
    """Some of a file: what was read in it, what kind of file it is, and how far reading has come."""

    reads: list[Read]
    kind: Kind
    position: int
    size: int


def read_chunks(source: Source, market: Market, count: int) -> Generator[Chunk]:
    """A file in chunks of so many; raises Unreadable when it is nothing that we read."""
    with source.open() as opened:
        reads = read_file(opened, market)
        while chunk := list(islice(reads, count)):
            yield Chunk(chunk, opened.kind, opened.position, opened.size)


def read_file(opened: Opened, market: Market) -> Iterator[Read]:
    """A file's message, records and refusals."""
    if opened.kind is Kind.ONIX:
        return read_onix(opened.stream)
    return read_csv(opened.stream, opened.name, market)
