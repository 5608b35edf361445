"""The lines of a text file in any usual encoding."""

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from charset_normalizer import from_bytes

from bookshop.onix.errors import UnreadableFile
from bookshop.onix.file_kind import BOMS, is_text

READ_BYTES = 64 * 1024
# the largest cell that Python's reader of CSV accepts
MAX_LINE_CHARS = 128 * 1024
# the encodings of files that have no byte order mark and are not UTF-8
LATIN_ENCODINGS = ["cp1252", "mac_roman"]
ENCODINGS = [*LATIN_ENCODINGS, "cp1251", "cp1253", "big5", "gb18030", "shift_jis"]
DEFAULT_ENCODING = "cp1252"
WORDS_NOT_ASCII = re.compile(rb"[0-9A-Za-z]*[\x80-\xff][0-9A-Za-z\x80-\xff]*")
ASCII_BYTES = bytes(range(128))
# the encodings of Windows by country, where it is not cp1252: too alike for a guess from the bytes alone
ENCODINGS_BY_COUNTRY = {
    country: encoding
    for encoding, countries in {
        "cp1250": "AL BA CZ HR HU ME PL RO RS SI SK",
        "cp1251": "BG BY KG KZ MK MN RU UA",
        "cp1253": "CY GR",
        "cp1254": "AZ TR",
        "cp1255": "IL",
        "cp1256": "AE BH DZ EG IQ JO KW LB LY MA OM PS QA SA SY TN YE",
        "cp1257": "EE LT LV",
        "cp1258": "VN",
        "cp874": "TH",
        "cp932": "JP",
        "cp949": "KR",
        "gb18030": "CN",
        "cp950": "HK MO TW",
    }.items()
    for country in countries.split()
}
REPLACEMENT_CHARACTER = "\ufffd"


@dataclass(slots=True)
class TextEncoding:
    """The stated encoding, the country whose encoding is likely, and the guessed one."""

    stated: str = ""
    country: str = ""
    guessed: str = ""

    def guess(self, sample: bytes) -> str:
        """Return the encoding of a part of the text that is not UTF-8, and keep it if it is another."""
        encoding = _guess_encoding(sample, ENCODINGS_BY_COUNTRY.get(self.country, ""))
        # then a few letters are broken, which are reported by row
        self.guessed = "" if encoding == "utf-8" else encoding
        return encoding


def read_lines(stream: BinaryIO, encoding: TextEncoding) -> Iterator[str]:
    """Yield lines that end with a line feed; of a longer one only MAX_LINE_CHARS and one more.

    Raises UnreadableFile if the file cannot be in the stated encoding.
    """
    pending = ""
    for text in _decode(stream, encoding):
        *lines, pending = (pending + text).split("\n")
        yield from (line + "\n" for line in lines)
        pending = pending[: MAX_LINE_CHARS + 1]
    if pending:
        yield pending


def _decode(stream: BinaryIO, text_encoding: TextEncoding) -> Iterator[str]:
    """Decode as UTF-8 until a byte shows another encoding; line breaks become line feeds."""
    chunk = stream.read(READ_BYTES)
    encoding = next((name for bom, name in BOMS if chunk.startswith(bom)), text_encoding.stated)
    decoder = _decoder(encoding or "utf-8", "replace" if encoding else "strict")
    is_ascii, is_end = True, False
    while not is_end:
        is_end = not chunk
        undecoded = decoder.getstate()[0]
        try:
            text = decoder.decode(chunk, final=is_end)
        except UnicodeError:
            if encoding:
                raise UnreadableFile(
                    f"The file cannot be read as {encoding}. State another --encoding, or none."
                ) from None
            # after other letters that were valid UTF-8, only a few bytes are broken
            decoder = _decoder(text_encoding.guess(undecoded + chunk) if is_ascii else "utf-8", "replace")
            text = decoder.decode(undecoded + chunk, final=is_end)
        is_ascii = is_ascii and text.isascii()
        # as in HTML: letters that cannot be read are reported, and not left out
        yield text.replace("\0", REPLACEMENT_CHARACTER)
        chunk = stream.read(READ_BYTES)


def _decoder(encoding: str, errors: str) -> io.IncrementalNewlineDecoder:
    return io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(errors), translate=True)


def _guess_encoding(text_bytes: bytes, likely: str) -> str:
    # lines of ASCII are alike in every encoding, and hide the others
    sample = b"\n".join(line for line in text_bytes.splitlines() if not line.isascii())
    text = sample.decode("utf-8", "replace")
    letters = sum(not c.isascii() for c in text)
    if letters >= 2 * text.count(REPLACEMENT_CHARACTER):
        return "utf-8"
    if likely and is_text(sample, likely):
        return likely
    encodings = LATIN_ENCODINGS if _is_latin(sample) else ENCODINGS
    best = from_bytes(sample, cp_isolation=encodings).best()
    return best.encoding if best else DEFAULT_ENCODING


def _is_latin(sample: bytes) -> bool:
    """Return whether words with letters that are not ASCII are mostly ASCII, as in "El niño"."""
    found = b"".join(WORDS_NOT_ASCII.findall(sample))
    return 2 * len(found.translate(None, ASCII_BYTES)) <= len(found)
