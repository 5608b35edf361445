"""The bytes around the record that is being parsed, to go on after a fault in it."""

import re
from itertools import islice
from typing import BinaryIO

CHUNK_BYTES = 64 * 1024
# after a fault less is parsed at once, since of what follows the next fault nothing counts
CAREFUL_BYTES = 4 * 1024
# enough for a start tag that two chunks share
MAX_TAG_BYTES = 1024

# all these are the same bytes in every encoding but UTF-16
MESSAGE_START = re.compile(
    rb"""[^<]*(?:(?:<!--(?:(?!-->).)*-->|<[?!](?:[^<>"']|"[^"]*"|'[^']*')*>)[^<]*)*"""
    rb"""<(?:[\w.-]+:)?ONIX[Mm]essage\b(?:[^<>"']|"[^"]*"|'[^']*')*>""",
    re.DOTALL,
)
NEXT_RECORD = re.compile(rb"<(?:[\w.-]+:)?[Pp]roduct(?![\w.:-])|</(?:[\w.-]+:)?ONIX[Mm]essage\b")
OTHER_ENCODING = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["'](?!utf-8\b)""", re.IGNORECASE)
REFERENCE = re.compile(rb"<(?:[\w.-]+:)?(?:RecordReference|a001)\b[^<>]*>([^<>]*)")


class RecordWindow:
    """Hands out a stream in pieces, and can go on at the record after a faulty one.

    `start` is everything up to the root element, in one line; b"" in UTF-16, where records cannot be found.
    `lines` are those before what a new parser is given.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.start, self.lines = b"", 0
        # read from the stream and not given out up to the offset
        self.ahead, self.offset = b"", 0
        # given out since the last whole record; so many whole ones begin in the first of these pieces
        self.pieces: list[bytes] = []
        self.whole_records = self.size = 0
        self.is_restarted = False

    def open(self) -> None:
        """Read the start of the stream, without blank lines: XML forbids them, programs write them."""
        chunk = self.stream.read(CHUNK_BYTES)
        self.ahead = chunk.lstrip()
        self.lines = chunk[: len(chunk) - len(self.ahead)].count(b"\n")
        found = MESSAGE_START.match(self.ahead)
        self.start = re.sub(rb"[\r\n]", b" ", found[0]) if found else b""

    def next_piece(self) -> bytes:
        """Return the next bytes for the parser, b"" at the end."""
        if self.offset < len(self.ahead):
            piece = self.ahead[self.offset : self.offset + CAREFUL_BYTES]
            self.offset += len(piece)
        else:
            piece, self.ahead, self.offset = self.stream.read(CHUNK_BYTES), b"", 0
        self.pieces.append(piece)
        self.size += len(piece)
        return piece

    def count_records(self, ended: int, *, was_open: bool) -> None:
        """Drop what came before the last piece if records ended in it.

        `was_open` means that one had begun before it.
        """
        if ended:
            *before, piece = self.pieces
            self.lines += sum(one.count(b"\n") for one in before)
            self.pieces, self.whole_records, self.size = [piece], ended - was_open, len(piece)
            self.is_restarted = False

    def skip_record(self, *, is_open: bool) -> str | None:
        """Go on at the next record or the end of the message.

        Return the reference of the record that is skipped or '', and None if nothing else follows. `is_open`
        means that a record had begun.
        """
        data = b"".join((*self.pieces, self.ahead[self.offset :]))
        starts = [found.end() for found in islice(NEXT_RECORD.finditer(data), self.whole_records)]
        position = starts[-1] if starts else 0
        own = NEXT_RECORD.search(data, position) if is_open or self.is_restarted else None
        position = own.end() if own else position
        found = NEXT_RECORD.search(data, position)
        reference = (
            REFERENCE.search(data, own.start(), found.start() if found else len(data)) if own else None
        )
        while not found:
            more = self.stream.read(CHUNK_BYTES)
            if not more:
                return None
            kept = max(position, len(data) - MAX_TAG_BYTES)
            self.lines += data.count(b"\n", 0, kept)
            data, position = data[kept:] + more, 0
            found = NEXT_RECORD.search(data)
        self.lines += data.count(b"\n", 0, found.start())
        self.ahead, self.offset = data[found.start() :], 0
        self.pieces, self.whole_records, self.size, self.is_restarted = [], 0, 0, True
        return reference[1].decode("utf-8", "replace") if reference else ""

    def find_invalid_byte(self) -> int | None:
        """Return the first byte that is not UTF-8; None if the message names another encoding."""
        if OTHER_ENCODING.match(self.start):
            return None
        try:
            # the first piece may begin within a character
            b"".join(self.pieces).lstrip(bytes(range(0x80, 0xC0))).decode()
        except UnicodeDecodeError as problem:
            return problem.object[problem.start]
        return None
