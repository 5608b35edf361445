"""Detect by its start whether a file is ONIX 3, CSV, a workbook, or cannot be read."""

import codecs
import re
from enum import StrEnum

from bookshop.onix.errors import UnreadableFile

GZIP = b"\x1f\x8b"
PICTURE = "The file is a picture. Import covers with `bookshop covers`."
# how other files begin that end up in a folder of feeds
OTHER_FILES = (
    (b"%PDF", "The file is a PDF. Ask the sender for ONIX 3 or CSV."),
    (b"PK", "The file is an archive within an archive. Unpack it first."),
    (GZIP, "The file is packed twice. Unpack it first."),
    (b"7z\xbc\xaf", "The file is a 7-Zip archive. Unpack it first."),
    (b"Rar!", "The file is a RAR archive. Unpack it first."),
    (b"{\\rtf", "The file is a text document (RTF), not a table. Save its table as CSV or Excel."),
    (b"\x89PNG", PICTURE),
    (b"\xff\xd8\xff", PICTURE),
    (b"SQLite format 3", "The file is a database, neither ONIX nor CSV."),
)
# an Excel workbook of before 2007, or one with a password
OLD_OFFICE = b"\xd0\xcf\x11\xe0"
# the head of a zip's member, then its name: a part of an Excel workbook, or the type of an OpenDocument one
SPREADSHEET_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
WORKBOOK_PART = re.compile(rb"PK\x03\x04.{26}(?:xl/|mimetype%s)" % re.escape(SPREADSHEET_TYPE), re.DOTALL)
BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
# a control character other than tabs, line breaks, form feeds, and the end of a file on old systems
BINARY = re.compile(r"[\x00-\x08\x0e-\x19]")

PROLOG = re.compile(r"\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^<>\[]*>|\s+)*", re.DOTALL | re.IGNORECASE)
HTML_START = re.compile(r"\s*<!doctype\s+html|\s*<html\b", re.IGNORECASE)
ROOT = re.compile(r"<(?:[\w.-]++:)?([\w.-]++)([^<>]*+)>")
RELEASE_PATTERN = re.compile(r"""\brelease\s*=\s*["']\s*([\d.]*)""")
NAMESPACE_PATTERN = re.compile(r"""\bxmlns(?::[\w.-]+)?\s*=\s*["']https?://[^"']{0,99}/onix/([\d.]+)""")
OLD_DOCTYPE = re.compile(r"<!DOCTYPE[^<>]*/2\.1/", re.IGNORECASE)
# elements that ended with ONIX 2.1, by both their names
OLD_ELEMENTS = re.compile(r"<(?:Title|title|MediaFile|mediafile|OtherText|othertext|NumberOfPages|b061)>")
OLD_ONIX = "The file is ONIX 2.1, which ended in 2014. Ask the sender for ONIX 3."


class FileKind(StrEnum):
    """What a file that can be read holds."""

    ONIX = "onix"
    CSV = "csv"
    WORKBOOK = "workbook"


def detect_kind(start: bytes, *, is_whole: bool, encoding: str = "") -> FileKind:
    """Return the kind of a file by its start; raises UnreadableFile.

    `is_whole` means that the start is the whole file, `encoding` is the one that is stated for a table.
    """
    if start.startswith(OLD_OFFICE) or (start.startswith(b"PK") and WORKBOOK_PART.search(start)):
        return FileKind.WORKBOOK
    for signature, problem in OTHER_FILES:
        if start.startswith(signature):
            raise UnreadableFile(problem)
    text = _decode(start).lstrip("\ufeff")
    if not text.strip():
        raise UnreadableFile("The file is empty.")
    if text.lstrip().startswith("<"):
        _check_onix(text, is_whole=is_whole)
        return FileKind.ONIX
    if BINARY.search(text) and not (encoding and is_text(start, encoding)):
        raise UnreadableFile("The file is not text: it is neither XML nor CSV.")
    if text.lstrip().startswith(("{", "[")):
        raise UnreadableFile("The file is JSON, neither XML nor CSV.")
    return FileKind.CSV


def _decode(start: bytes) -> str:
    encoding = next((name for bom, name in BOMS if start.startswith(bom)), "utf-8")
    return start.decode(encoding, "replace")


def is_text(start: bytes, encoding: str) -> bool:
    """Return whether bytes, which may end within a character, are text in an encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        return BINARY.search(decoder.decode(start)) is None
    except UnicodeError:
        return False


def _check_onix(text: str, *, is_whole: bool) -> None:
    """Raise UnreadableFile unless a text in angle brackets is ONIX 3."""
    prolog = PROLOG.match(text)
    rest = text[prolog.end() if prolog else 0 :]
    if HTML_START.match(text) or rest[:5].lower() == "<html":
        raise UnreadableFile("The file is an HTML page, perhaps a sign-in or error page. Download it again.")
    if rest.startswith("<!"):
        raise UnreadableFile("The file defines a DTD of its own, which is not accepted.")
    root = ROOT.match(rest)
    if root is None:
        cut = (
            "The file is cut off before its first element ends." if is_whole else "The file is not valid XML."
        )
        raise UnreadableFile(cut)
    name, attributes = root.groups()
    if name.lower() != "onixmessage":
        raise UnreadableFile(f"The file is XML, but not an ONIX message: it begins with <{name[:40]}>.")
    _check_release(_find_release(text, attributes))


def _find_release(text: str, attributes: str) -> str:
    """Return the release that a message names, or that its elements show; '' if neither does."""
    for pattern in (RELEASE_PATTERN, NAMESPACE_PATTERN):
        if match := pattern.search(attributes):
            return match[1]
    return "2.1" if OLD_DOCTYPE.search(text) or OLD_ELEMENTS.search(text) else ""


def _check_release(release: str) -> None:
    if release.startswith("2"):
        raise UnreadableFile(OLD_ONIX)
    if release and not release.startswith("3"):
        raise UnreadableFile(f"The file is ONIX {release}. Ask the sender for ONIX 3.")
