"""Write an archive.

Its manifest has the hashes of files that are read only once, so it is written last, into room left for it.
It is a frame of zstd, as is all that follows; the rest of the room is a frame that readers skip.
"""

import errno
import hashlib
import os
import stat
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from bookshop.backups.archive import MANIFEST_NAME, OnBytes, PartSum
from bookshop.backups.backup import Manifest, Part
from bookshop.backups.zstd import OPTIONS, ZstdFile, compress

HEAD_BYTES = 8192
SKIPPED_FRAME, FRAME_HEAD_BYTES = bytes.fromhex("502a4d18"), 8
FILE_MODE = 0o600
# missing, within what is a file by now, a link, a socket
NO_FILE = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENXIO}


def write_parts(
    archive: IO[bytes], parts: Iterable[tuple[str, Iterable[tuple[str, Path]]]], on_bytes: OnBytes
) -> tuple[Part, ...]:
    """Write the named files of each part after the room for the manifest."""
    archive.seek(HEAD_BYTES)
    with (
        ZstdFile(archive, "w", options=OPTIONS) as frame,
        tarfile.open(fileobj=frame, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        return tuple(_write_part(tar, name, files, on_bytes) for name, files in parts)


def write_manifest(archive: IO[bytes], manifest: Manifest) -> None:
    """Write the manifest at the beginning of the archive."""
    content, head = manifest.to_json(), tarfile.TarInfo(MANIFEST_NAME)
    head.size, head.mode, head.mtime = len(content), FILE_MODE, int(manifest.made_at.timestamp())
    padding = bytes(-len(content) % tarfile.BLOCKSIZE)
    frame = compress(head.tobuf() + content + padding, options=OPTIONS)
    skipped = HEAD_BYTES - len(frame) - FRAME_HEAD_BYTES
    archive.seek(0)
    archive.write(frame + SKIPPED_FRAME + skipped.to_bytes(4, "little") + bytes(skipped))


def _write_part(
    tar: tarfile.TarFile, name: str, files: Iterable[tuple[str, Path]], on_bytes: OnBytes
) -> Part:
    found = PartSum(name)
    for file_name, path in files:
        if source := open_regular(path):
            with source:
                _write_file(tar, file_name, source, found, on_bytes)
    return found.to_part()


def open_regular(path: Path) -> IO[bytes] | None:
    """Open a file; None for links, pipes, folders, and what has vanished since it was listed."""
    try:
        # a pipe would wait for a writer
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as problem:
        if problem.errno in NO_FILE:
            return None
        raise
    if stat.S_ISREG(os.fstat(number).st_mode):
        return os.fdopen(number, "rb")
    os.close(number)
    return None


class _HashedReader:
    """Reads a file for `tarfile`, and hashes what it reads."""

    def __init__(self, source: IO[bytes], on_bytes: OnBytes) -> None:
        self._source, self._on_bytes = source, on_bytes
        self.sha256 = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self._source.read(size)
        self.sha256.update(chunk)
        self._on_bytes(len(chunk))
        return chunk


def _write_file(
    tar: tarfile.TarFile, name: str, source: IO[bytes], found: PartSum, on_bytes: OnBytes
) -> None:
    found_at, head = os.fstat(source.fileno()), tarfile.TarInfo(name)
    head.size, head.mode, head.mtime = found_at.st_size, FILE_MODE, int(found_at.st_mtime)
    reader = _HashedReader(source, on_bytes)
    tar.addfile(head, reader)
    # it would remember a million covers
    tar.members.clear()  # type: ignore[attr-defined]  # typeshed lacks it
    found.add(name, head.size, reader.sha256.hexdigest())
