"""Pictures on the way in, as files of a folder or a zip named by ISBN, and as the folder that keeps them."""

import os
import shutil
import time
import uuid
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo

from bookshop.covers.encode import MOST_BYTES, NotAPicture, encode_picture, version_of
from bookshop.covers.pictures import Picture, folder_of

# in the folder of all covers, so that a rename from there is one step
UNFINISHED = ".new"
HOUR = 3600


class CannotStore(Exception):
    """The folder for covers does not take any; the message says why."""


@dataclass(frozen=True, slots=True)
class File:
    """A file that may be a picture, or what is wrong with it; `stem` is its name without the suffix."""

    name: str
    stem: str
    read: Callable[[], bytes]
    problem: str = ""


def list_files(source: Path, stack: ExitStack) -> Iterator[File]:
    """Everything in a folder and in its zips, or in one zip or file, always in the same order."""
    if source.is_dir():
        for child in sorted(source.iterdir()):
            if not child.name.startswith("."):
                yield from list_files(child, stack)
    elif source.suffix.lower() == ".zip":
        yield from _list_zip(source, stack)
    elif source.is_file():
        yield File(str(source), source.stem, partial(_read_file, source))


def store_picture(folder: Path, isbn: str, current: str, source: bytes) -> Picture | None:
    """Make the files of a picture unless they are there already; raises NotAPicture and CannotStore."""
    version = version_of(source)
    place = folder / folder_of(isbn, version)
    if version == current and has_version(folder, isbn, version):
        return None
    encoded = encode_picture(source)
    try:
        _write_at_once(folder, place, encoded.files)
    except OSError as problem:
        raise CannotStore(f"{problem.filename or folder}: {problem.strerror}") from None
    return Picture(isbn, version, encoded.width, encoded.height)


def drop_version(folder: Path, isbn: str, version: str) -> None:
    """Let go of a picture that no book has any more."""
    shutil.rmtree(folder / folder_of(isbn, version), ignore_errors=True)


def has_version(folder: Path, isbn: str, version: str) -> bool:
    """Whether the files of a picture are there."""
    return (folder / folder_of(isbn, version)).is_dir()


def clear_unfinished(folder: Path) -> None:
    """Let go of what was being written when a process was killed; another may be writing just now."""
    with suppress(FileNotFoundError, NotADirectoryError):
        for place in (folder / UNFINISHED).iterdir():
            if place.stat().st_mtime < time.time() - HOUR:
                shutil.rmtree(place, ignore_errors=True)


def _write_at_once(folder: Path, place: Path, files: dict[str, bytes]) -> None:
    """Write all files of a picture where nobody looks, then give them their place in one step."""
    unfinished = folder / UNFINISHED / uuid.uuid4().hex
    unfinished.mkdir(parents=True)
    for name, content in files.items():
        with (unfinished / name).open("xb") as file:
            file.write(content)
            file.flush()
            # the database will say that they are there, also after a power cut
            os.fsync(file.fileno())
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        unfinished.rename(place)
    except OSError:
        # the same files are there already, since the name tells what is in them
        shutil.rmtree(unfinished)
        if not place.is_dir():
            raise


def _read_file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return _bounded(file.read(MOST_BYTES + 1))
    except OSError as problem:
        raise NotAPicture(f"it cannot be read: {problem.strerror}") from None


def _list_zip(path: Path, stack: ExitStack) -> Iterator[File]:
    try:
        archive = stack.enter_context(ZipFile(path))
    except (BadZipFile, OSError) as problem:
        yield File(str(path), "", bytes, f"it is no zip that can be read: {problem}")
        return
    for member in sorted(archive.infolist(), key=lambda member: member.filename):
        inner = PurePosixPath(member.filename)
        if not member.is_dir() and not any(part.startswith((".", "__MACOSX")) for part in inner.parts):
            yield File(f"{path}/{inner}", inner.stem, partial(_read_member, archive, member))


def _read_member(archive: ZipFile, member: ZipInfo) -> bytes:
    try:
        with archive.open(member) as file:
            return _bounded(file.read(MOST_BYTES + 1))
    except (BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError, zlib.error) as problem:
        raise NotAPicture(f"the zip does not give it: {problem}") from None


def _bounded(content: bytes) -> bytes:
    if len(content) > MOST_BYTES:
        raise NotAPicture(f"it has more than {MOST_BYTES // 2**20} MB")
    return content
