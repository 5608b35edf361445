"""Read an archive, and check it against its manifest."""

import hashlib
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Self

from bookshop.backups.archive import (
    CHUNK_BYTES,
    COVERS_NAME,
    DATABASE_NAMES,
    MANIFEST_NAME,
    SETTINGS_NAME,
    OnBytes,
    PartSum,
    part_name,
)
from bookshop.backups.backup import FORMAT, Manifest, Part
from bookshop.backups.errors import DamagedBackup
from bookshop.backups.zstd import ZstdError, ZstdFile

MAX_MANIFEST_BYTES, MAX_HEAD_BYTES = 1 << 20, 1 << 16
NO_PART = Part("", 0, 0, "")
PART_NAMES = {SETTINGS_NAME, COVERS_NAME, *DATABASE_NAMES.values()}
# takes the name of a file and its content in pieces, of which it may leave some
Receive = Callable[[str, Iterator[bytes]], object]


class BoundedHead(tarfile.TarInfo):
    """The head of a file; `tarfile` reads what extends it into memory."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        head = super().frombuf(buf, encoding, errors)
        if head.type not in tarfile.REGULAR_TYPES and head.size > MAX_HEAD_BYTES:
            raise tarfile.ReadError("the head of a file is too large")
        return head


def read_manifest(file: Path) -> Manifest:
    """Return the manifest without reading the rest; raises DamagedBackup, OSError."""
    with _open_tar(file) as tar:
        return _read_manifest(file, tar)


def read_archive(file: Path, receive: Receive, on_bytes: OnBytes) -> Manifest:
    """Pass each file to `receive`, and compare all with the manifest.

    Raises DamagedBackup, OSError.
    """
    sums: dict[str, PartSum] = {}
    with _open_tar(file) as tar:
        manifest = _read_manifest(file, tar)
        while member := tar.next():
            # it would remember a million covers
            tar.members.clear()  # type: ignore[attr-defined]  # typeshed lacks it
            content = tar.extractfile(member)
            if content is None or not _is_allowed(member.name):
                raise DamagedBackup(f"{file} has something else in it than a backup: {member.name!r}.")
            part = part_name(member.name)
            _receive_file(member, content, sums.setdefault(part, PartSum(part)), receive, on_bytes)
    expected = {part.name: part for part in manifest.parts if part.files}
    if expected != {name: one.to_part() for name, one in sums.items()}:
        raise damaged(file, "its files are not those that its manifest states")
    if not expected.get(DATABASE_NAMES.get(manifest.database, ""), NO_PART).size:
        raise damaged(file, "it has no database")
    return manifest


def check_archive(file: Path, on_bytes: OnBytes) -> Manifest:
    """Read an archive to its end; raises DamagedBackup, OSError."""
    return read_archive(file, lambda _name, _chunks: None, on_bytes)


def damaged(file: Path, reason: str) -> DamagedBackup:
    return DamagedBackup(f"{file} is damaged: {reason}. Use another backup.")


@contextmanager
def _open_tar(file: Path) -> Iterator[tarfile.TarFile]:
    with file.open("rb") as source:
        try:
            with (
                ZstdFile(source) as frames,
                tarfile.open(fileobj=frames, mode="r|", tarinfo=BoundedHead) as tar,
            ):
                yield tar
        except (ZstdError, EOFError, tarfile.TarError) as problem:
            raise damaged(file, "it is not whole, or not a backup") from problem


def _read_manifest(file: Path, tar: tarfile.TarFile) -> Manifest:
    first = tar.next()
    content = tar.extractfile(first) if first and first.name == MANIFEST_NAME else None
    if content is None:
        raise damaged(file, "it has no manifest")
    try:
        manifest = Manifest.from_json(content.read(MAX_MANIFEST_BYTES))
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        raise damaged(file, "its manifest cannot be read") from problem
    if manifest.format != FORMAT:
        raise DamagedBackup(
            f"{file} was made by another version of Bookshop, {manifest.bookshop}. Install it."
        )
    return manifest


def _is_allowed(name: str) -> bool:
    """Return whether a file may be in a backup; one of the covers stays within their folder."""
    path = PurePosixPath(name)
    # what follows a doubled slash would be taken as an absolute path
    is_whole = str(path) == name and (
        len(path.parts) == 1 or (path.parts[0] == COVERS_NAME and ".." not in path.parts)
    )
    return part_name(name) in PART_NAMES and is_whole and (name != COVERS_NAME)


def _receive_file(
    member: tarfile.TarInfo, content: IO[bytes], found: PartSum, receive: Receive, on_bytes: OnBytes
) -> None:
    sha256 = hashlib.sha256()

    def read_chunks() -> Iterator[bytes]:
        while chunk := content.read(CHUNK_BYTES):
            sha256.update(chunk)
            on_bytes(len(chunk))
            yield chunk

    chunks = read_chunks()
    receive(member.name, chunks)
    # what was left is hashed too
    for _ in chunks:
        pass
    found.add(member.name, member.size, sha256.hexdigest())
