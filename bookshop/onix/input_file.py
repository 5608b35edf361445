"""Files as senders deliver them: plain, gzipped or zipped, told apart by their content."""

import gzip
import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from bookshop.onix.errors import UnreadableFile
from bookshop.onix.file_kind import GZIP, SPREADSHEET_TYPE, FileKind, detect_kind
from bookshop.onix.table_options import NO_OPTIONS, TableOptions
from bookshop.onix.unpacking import DEFAULT_LIMITS, LimitedStream, UnpackLimits, translated_errors

# what of a file's start is looked at
START_BYTES = 64 * 1024
ZIP_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
MAX_MEMBERS = 1000
WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
MEMBER_SUFFIXES = (".xml", ".onix", ".onx", ".csv", ".tsv", ".txt", *WORKBOOK_SUFFIXES)
OFFICE_PARTS = ("[Content_Types].xml", "mimetype")
NUMBERS_PART = "Index/Document.iwa"


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file that is being read; `tell` returns a position in the measure of `size`."""

    name: str
    kind: FileKind
    size: int
    stream: BinaryIO
    tell: Callable[[], int]
    options: TableOptions = NO_OPTIONS

    @property
    def position(self) -> int:
        """How much of `size` has been read."""
        return min(self.tell(), self.size)


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file to read, or one member of a zip."""

    path: Path
    member: str = ""
    limits: UnpackLimits = DEFAULT_LIMITS
    options: TableOptions = NO_OPTIONS

    @property
    def name(self) -> str:
        """What a bookseller reads as its name."""
        return f"{self.path.name}/{self.member}" if self.member else self.path.name

    @contextmanager
    def open(self) -> Iterator[OpenFile]:
        """Open and unpack it; raises UnreadableFile if it is neither ONIX 3 nor a table."""
        with open_raw(self.path) as raw:
            unpacked, packed_bytes, size, tell = self._unpack(raw)
            limited = LimitedStream(unpacked, packed_bytes, self.limits)
            with io.BufferedReader(limited, START_BYTES) as stream:
                start, encoding = stream.peek(START_BYTES), self.options.encoding
                kind = detect_kind(start, is_whole=limited.is_at_end, encoding=encoding)
                position = tell or (lambda: limited.count)
                yield OpenFile(self.name, kind, size, stream, position, self.options)

    def _unpack(self, raw: BinaryIO) -> tuple[BinaryIO, int, int, Callable[[], int] | None]:
        """Return the unpacked stream, its packed bytes (0 if not packed), its size and its tell."""
        size = self.path.stat().st_size
        if self.member:
            with translated_errors():
                archive = zipfile.ZipFile(raw)
                info = archive.getinfo(self.member)
                member = cast(BinaryIO, archive.open(info))
            return member, max(info.compress_size, 1), info.file_size, None
        if raw.read(2) == GZIP:
            raw.seek(0)
            return cast(BinaryIO, gzip.GzipFile(fileobj=raw)), size, size, raw.tell
        raw.seek(0)
        return raw, 0, size, None


def find_input_files(
    path: Path, limits: UnpackLimits = DEFAULT_LIMITS, options: TableOptions = NO_OPTIONS
) -> list[InputFile]:
    """Return the file itself, or the readable members of a zip.

    Raises UnreadableFile if there are none.
    """
    if path.is_dir():
        raise UnreadableFile("The path is a folder. Name the files in it.")
    with open_raw(path) as raw:
        is_zip = raw.read(4) in ZIP_SIGNATURES
        with translated_errors():
            archive = zipfile.ZipFile(raw) if is_zip else None
            if archive is None or _is_workbook(archive):
                return [InputFile(path, limits=limits, options=options)]
    names = sorted(member.filename for member in _choose_members(archive.infolist()))
    return [InputFile(path, name, limits, options) for name in names]


def open_raw(path: Path) -> BinaryIO:
    """Open a file as it is; raises UnreadableFile."""
    try:
        return path.open("rb")
    except OSError as problem:
        raise UnreadableFile(f"The file cannot be opened: {problem.strerror}.") from None


def _is_workbook(archive: zipfile.ZipFile) -> bool:
    names = archive.namelist()
    if "mimetype" in names:
        with archive.open("mimetype") as file:
            return file.read(len(SPREADSHEET_TYPE)) == SPREADSHEET_TYPE
    return any(name.startswith("xl/") for name in names)


def _choose_members(members: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    names = {member.filename for member in members}
    if NUMBERS_PART in names:
        raise UnreadableFile("The file is from Numbers. Export it as CSV or Excel.")
    if names.intersection(OFFICE_PARTS):
        raise UnreadableFile("The file is a document, not a table. Save its table as CSV or Excel.")
    found = [member for member in members if _is_feed(member)]
    if not found:
        raise UnreadableFile("The zip has no ONIX, CSV or Excel file in it.")
    if len(found) > MAX_MEMBERS:
        raise UnreadableFile(f"The zip has more than {MAX_MEMBERS} files in it. Unpack it first.")
    if any(member.flag_bits & 1 for member in found):
        raise UnreadableFile("The zip needs a password. Unpack it first.")
    return found


def _is_feed(member: zipfile.ZipInfo) -> bool:
    # macOS adds resource forks to a zip
    is_fork = member.filename.startswith("__MACOSX/") or Path(member.filename).name.startswith(".")
    return not member.is_dir() and not is_fork and member.filename.lower().endswith(MEMBER_SUFFIXES)
