"""The lines of a text file in any usual encoding."""

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO

from charset_normalizer import from_bytes

from bookshop.onix.file_kind import BOMS

READ_BYTES = 64 * 1024
# the largest cell that Python's reader of CSV accepts
MAX_LINE_CHARS = 128 * 1024
# the encodings of files that have no byte order mark and are not UTF-8
ENCODINGS = ["cp1252", "mac_roman", "cp1251", "cp1253", "big5", "gb18030", "shift_jis"]
DEFAULT_ENCODING = "cp1252"
REPLACEMENT_CHARACTER = "\ufffd"


def read_lines(stream: BinaryIO, encoding: str = "") -> Iterator[str]:
    """Yield lines that end with a line feed; of a longer one only MAX_LINE_CHARS and one more."""
    pending = ""
    for text in _decode(stream, encoding):
        *lines, pending = (pending + text).split("\n")
        yield from (line + "\n" for line in lines)
        pending = pending[: MAX_LINE_CHARS + 1]
    if pending:
        yield pending


def _decode(stream: BinaryIO, encoding: str) -> Iterator[str]:
    """Decode as UTF-8 until a byte shows another encoding; line breaks become line feeds."""
    chunk = stream.read(READ_BYTES)
    encoding = next((name for bom, name in BOMS if chunk.startswith(bom)), encoding)
    decoder = _decoder(encoding or "utf-8", "replace" if encoding else "strict")
    is_ascii, is_end = True, False
    while not is_end:
        is_end = not chunk
        undecoded = decoder.getstate()[0]
        try:
            text = decoder.decode(chunk, final=is_end)
        except UnicodeDecodeError:
            # after other letters that were valid UTF-8, only a few bytes are broken
            decoder = _decoder(_guess_encoding(undecoded + chunk) if is_ascii else "utf-8", "replace")
            text = decoder.decode(undecoded + chunk, final=is_end)
        is_ascii = is_ascii and text.isascii()
        yield text
        chunk = stream.read(READ_BYTES)


def _decoder(encoding: str, errors: str) -> io.IncrementalNewlineDecoder:
    return io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(errors), translate=True)


def _guess_encoding(sample: bytes) -> str:
    text = sample.decode("utf-8", "replace")
    letters = sum(not c.isascii() for c in text)
    if letters >= 2 * text.count(REPLACEMENT_CHARACTER):
        return "utf-8"
    best = from_bytes(sample, cp_isolation=ENCODINGS).best()
    return best.encoding if best else DEFAULT_ENCODING
