"""Files to import as covers: those of a folder, of its zips, or of one zip."""

import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo

from bookshop.covers.errors import InvalidPicture

MAX_FILE_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class CandidateFile:
    """A file that may be a picture; `stem` is its name without the extension.

    `problem` is why it has none.
    """

    name: str
    stem: str
    read: Callable[[], bytes]
    problem: str = ""


def list_candidates(source: Path, stack: ExitStack) -> Iterator[CandidateFile]:
    """List the files of a folder and its zips, of one zip, or one file, in a stable order.

    Zips stay open until the stack is closed.
    """
    if source.is_dir():
        for child in sorted(source.iterdir()):
            if not child.name.startswith("."):
                yield from list_candidates(child, stack)
    elif source.suffix.lower() == ".zip":
        yield from _list_members(source, stack)
    elif source.is_file():
        yield CandidateFile(str(source), source.stem, partial(_read_file, source))


def count_candidates(source: Path) -> int:
    """Count the files, pictures or not."""
    with ExitStack() as stack:
        return sum(1 for _ in list_candidates(source, stack))


def _list_members(path: Path, stack: ExitStack) -> Iterator[CandidateFile]:
    try:
        archive = stack.enter_context(ZipFile(path))
    except (BadZipFile, OSError) as problem:
        yield CandidateFile(str(path), "", bytes, f"The zip cannot be read: {problem}.")
        return
    for member in sorted(archive.infolist(), key=lambda member: member.filename):
        inner = PurePosixPath(member.filename)
        if not member.is_dir() and not any(part.startswith((".", "__MACOSX")) for part in inner.parts):
            yield CandidateFile(f"{path}/{inner}", inner.stem, partial(_read_member, archive, member))


def _read_file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return _check_size(file.read(MAX_FILE_BYTES + 1))
    except OSError as problem:
        raise InvalidPicture(f"The file cannot be read: {problem.strerror}.") from None


def _read_member(archive: ZipFile, member: ZipInfo) -> bytes:
    try:
        with archive.open(member) as file:
            return _check_size(file.read(MAX_FILE_BYTES + 1))
    except (BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError, zlib.error) as problem:
        raise InvalidPicture(f"The file cannot be unpacked: {problem}.") from None


def _check_size(content: bytes) -> bytes:
    if len(content) > MAX_FILE_BYTES:
        raise InvalidPicture(f"The file has more than {MAX_FILE_BYTES // 2**20} MB.")
    return content
