"""Files as senders deliver them: plain, gzipped or zipped, told apart by what is in them."""

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, cast

KIB, MIB, GIB = 1024, 1024**2, 1024**3

HEAD = 64 * KIB
# a million records are some 20 GB; gzip makes them five to forty times smaller, a bomb a thousand times
MOST_UNPACKED = 64 * GIB
MOST_RATIO = 400
# below this nothing harmful can be unpacked, and small files of one repeated line do shrink that much
FREE_OF_RATIO = 32 * MIB
MOST_MEMBERS = 1000

GZIP, ZIP = b"\x1f\x8b", (b"PK\x03\x04", b"PK\x05\x06")
# how other things begin that end up in a folder of feeds
OTHERS = (
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file: save it as CSV"),
    (b"PK", "an archive within an archive"),
    (GZIP, "packed twice"),
    (b"7z\xbc\xaf", "a 7-Zip archive: unpack it first"),
    (b"Rar!", "a RAR archive: unpack it first"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"SQLite format 3", "a database"),
)
SPREADSHEET_PART = "[Content_Types].xml"
MEMBERS = (".xml", ".onix", ".onx", ".csv", ".tsv", ".txt")

BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
PROLOG = re.compile(r"\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^<>\[]*>|\s+)*", re.DOTALL | re.IGNORECASE)
ROOT = re.compile(r"<(?:[\w.-]++:)?([\w.-]++)([^<>]*+)>")
RELEASE = re.compile(r"""\brelease\s*=\s*["']\s*([\d.]*)""")
NAMESPACE = re.compile(r"""\bxmlns(?::[\w.-]+)?\s*=\s*["']https?://[^"']{0,99}/onix/([\d.]+)""")
OLD_DOCTYPE = re.compile(r"<!DOCTYPE[^<>]*/2\.1/", re.IGNORECASE)
# elements that ended with ONIX 2.1, by both their names
OLD_ELEMENTS = re.compile(r"<(?:Title|title|MediaFile|mediafile|OtherText|othertext|NumberOfPages|b061)>")
OLD_ONIX = "ONIX 2.1, which ended in 2014: ask the sender for ONIX 3"
BREAKS = re.compile(r"[\x00-\x08\x0e-\x1a]")


class Unreadable(Exception):
    """A file that cannot be read; the message says in one line what it is."""


class Kind(StrEnum):
    """What a file that can be read holds."""

    ONIX = "onix"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may come out of a packed file: bytes in all, and bytes for each packed one."""

    unpacked: int = MOST_UNPACKED
    ratio: int = MOST_RATIO


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that is being read; `position` of its `size` tells how far that has come."""

    name: str
    kind: Kind
    size: int
    stream: BinaryIO
    tell: Callable[[], int]

    @property
    def position(self) -> int:
        """How much has been read, in the same measure as the size."""
        return min(self.tell(), self.size)


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read, or one member of a zip."""

    path: Path
    member: str = ""
    limits: Limits = LIMITS

    @property
    def name(self) -> str:
        """What to call it before a bookseller."""
        return f"{self.path.name}/{self.member}" if self.member else self.path.name

    @contextmanager
    def open(self) -> Iterator[Opened]:
        """Open it, whatever it is packed in; raises Unreadable when it is nothing that we read."""
        with self._open_raw() as raw:
            unpacked, packed_size, size, tell = self._unpack(raw)
            bounded = _Bounded(unpacked, packed_size, self.limits)
            with io.BufferedReader(bounded, HEAD) as stream:
                kind = tell_kind(stream.peek(HEAD), is_whole=bounded.is_at_end)
                yield Opened(self.name, kind, size, stream, tell or (lambda: bounded.count))

    def _open_raw(self) -> BinaryIO:
        try:
            return self.path.open("rb")
        except OSError as problem:
            raise Unreadable(f"cannot be opened: {problem.strerror}") from None

    def _unpack(self, raw: BinaryIO) -> tuple[BinaryIO, int, int, Callable[[], int] | None]:
        """The bytes, how many they are packed in (0 for not at all), and what progress is measured by."""
        size = self.path.stat().st_size
        if self.member:
            with _explained():
                archive = zipfile.ZipFile(raw)
                info = archive.getinfo(self.member)
                member = cast(BinaryIO, archive.open(info))
            return member, max(info.compress_size, 1), info.file_size, None
        if raw.read(2) == GZIP:
            raw.seek(0)
            return cast(BinaryIO, gzip.GzipFile(fileobj=raw)), size, size, raw.tell
        raw.seek(0)
        return raw, 0, size, None


def find_sources(path: Path, limits: Limits = LIMITS) -> list[Source]:
    """What there is to read in a file: itself, or the members of a zip; raises Unreadable for nothing."""
    source = Source(path, limits=limits)
    if path.is_dir():
        raise Unreadable("is a folder")
    with source._open_raw() as raw:
        start = raw.read(4)
        if start not in ZIP:
            return [source]
        with _explained():
            members = zipfile.ZipFile(raw).infolist()
    if any(member.filename == SPREADSHEET_PART for member in members):
        raise Unreadable("is an Excel or Word file: save it as CSV")
    found = [member for member in members if _is_read(member)]
    if not found:
        raise Unreadable("is a zip without any XML or CSV in it")
    if len(found) > MOST_MEMBERS:
        raise Unreadable(f"is a zip with more than {MOST_MEMBERS} files in it")
    if any(member.flag_bits & 1 for member in found):
        raise Unreadable("is a zip with a password")
    return [Source(path, member.filename, limits) for member in sorted(found, key=lambda one: one.filename)]


def _is_read(member: zipfile.ZipInfo) -> bool:
    # what a Mac adds to a zip
    is_shadow = member.filename.startswith("__MACOSX/") or Path(member.filename).name.startswith(".")
    return not member.is_dir() and not is_shadow and member.filename.lower().endswith(MEMBERS)


class _Bounded(io.RawIOBase):
    """A stream that says in our words what is wrong with it, and refuses to unpack without end."""

    def __init__(self, source: BinaryIO, packed: int, limits: Limits) -> None:
        self.source = source
        self.packed = packed
        self.limits = limits
        self.count = 0
        self.is_at_end = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # a BufferedReader gives this
        """Fill the buffer as far as there is something."""
        done = 0
        while done < len(buffer):
            with _explained():
                chunk = self.source.read(len(buffer) - done)
            if not chunk:
                self.is_at_end = True
                break
            buffer[done : done + len(chunk)] = chunk
            done += len(chunk)
        self.count += done
        self._check()
        return done

    def _check(self) -> None:
        if self.packed and self.count > self.limits.unpacked:
            raise Unreadable(f"unpacks to more than {self.limits.unpacked} bytes")
        if self.packed and self.count > max(FREE_OF_RATIO, self.packed * self.limits.ratio):
            raise Unreadable(f"unpacks to more than {self.limits.ratio} times its size, as no catalogue does")

    def close(self) -> None:
        self.source.close()
        super().close()


@contextmanager
def _explained() -> Iterator[None]:
    """What unpacking may run into, in one line each."""
    try:
        yield
    except EOFError:
        raise Unreadable("is cut off: the packed file ends in the middle") from None
    except (zlib.error, gzip.BadGzipFile, zipfile.BadZipFile):
        raise Unreadable("is damaged: it cannot be unpacked") from None
    except (NotImplementedError, RuntimeError, KeyError, ValueError):
        raise Unreadable("is packed in a way that cannot be unpacked here") from None
    except OSError as problem:
        raise Unreadable(f"cannot be read: {problem.strerror or problem}") from None


def tell_kind(head: bytes, *, is_whole: bool) -> Kind:
    """What begins like this, `is_whole` when this is all of it; raises Unreadable for what we do not read."""
    for start, what in OTHERS:
        if head.startswith(start):
            raise Unreadable(f"is {what}")
    text = _decode(head).lstrip("\ufeff")
    if not text.strip():
        raise Unreadable("is empty")
    if text.lstrip().startswith("<"):
        _check_onix(text, is_whole=is_whole)
        return Kind.ONIX
    if BREAKS.search(text):
        raise Unreadable("is no text: neither XML nor CSV")
    if text.lstrip().startswith(("{", "[")):
        raise Unreadable("is JSON, neither XML nor CSV")
    return Kind.CSV


def _decode(head: bytes) -> str:
    encoding = next((name for bom, name in BOMS if head.startswith(bom)), "utf-8")
    return head.decode(encoding, "replace")


def _check_onix(text: str, *, is_whole: bool) -> None:
    """Return for ONIX 3; raises Unreadable for any other text in angle brackets."""
    prolog = PROLOG.match(text)
    rest = text[prolog.end() if prolog else 0 :]
    if re.match(r"\s*<!doctype\s+html|\s*<html\b", text, re.IGNORECASE) or rest[:5].lower() == "<html":
        raise Unreadable("is an HTML page, perhaps one that asks to sign in or tells of an error")
    if rest.startswith("<!"):
        raise Unreadable("brings a DTD of its own, which no catalogue needs")
    root = ROOT.match(rest)
    if root is None:
        cut = "is cut off before its first element ends" if is_whole else "is no XML that can be read"
        raise Unreadable(cut)
    name, attributes = root.groups()
    if name.lower() != "onixmessage":
        raise Unreadable(f"is XML, but no ONIX message: it begins with <{name[:40]}>")
    version = _version(text, attributes)
    if version.startswith("2"):
        raise Unreadable(f"is {OLD_ONIX}")
    if version and not version.startswith("3"):
        raise Unreadable(f"is ONIX {version}, which is not known here")


def _version(text: str, attributes: str) -> str:
    """The release that a message says, or that its elements give away; '' for none."""
    for pattern in (RELEASE, NAMESPACE):
        if match := pattern.search(attributes):
            return match[1]
    return "2.1" if OLD_DOCTYPE.search(text) or OLD_ELEMENTS.search(text) else ""
