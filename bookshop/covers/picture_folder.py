"""The folder of all covers: each picture's files are written all at once or not at all."""

import os
import shutil
import time
import uuid
from contextlib import suppress
from pathlib import Path

from bookshop.covers.encode import encode_picture, version_of
from bookshop.covers.errors import CoverFolderError
from bookshop.covers.picture import Picture, version_folder

# within the folder of covers, so that renaming from here is one atomic step
UNFINISHED = ".new"
# older unfinished files are of a process that was killed
MAX_UNFINISHED_SECONDS = 3600


def store_picture(folder: Path, isbn: str, current: str, source: bytes) -> Picture | None:
    """Write the files of a picture; None if the current version is the same and its files exist.

    Raises InvalidPicture and CoverFolderError.
    """
    version = version_of(source)
    if version == current and has_version(folder, isbn, version):
        return None
    encoded = encode_picture(source)
    try:
        _write_atomically(folder, folder / version_folder(isbn, version), encoded.files)
    except OSError as problem:
        raise CoverFolderError(f"{problem.filename or folder}: {problem.strerror}") from None
    return Picture(isbn, version, encoded.width, encoded.height)


def has_version(folder: Path, isbn: str, version: str) -> bool:
    """Whether the files of a version exist."""
    return (folder / version_folder(isbn, version)).is_dir()


def delete_version(folder: Path, isbn: str, version: str) -> None:
    """Delete the files of a version that no book has any more."""
    shutil.rmtree(folder / version_folder(isbn, version), ignore_errors=True)


def delete_unfinished(folder: Path) -> None:
    """Delete what killed processes left; newer files may belong to one that is running."""
    with suppress(FileNotFoundError, NotADirectoryError):
        for path in (folder / UNFINISHED).iterdir():
            if path.stat().st_mtime < time.time() - MAX_UNFINISHED_SECONDS:
                shutil.rmtree(path, ignore_errors=True)


def _write_atomically(folder: Path, target: Path, files: dict[str, bytes]) -> None:
    unfinished = folder / UNFINISHED / uuid.uuid4().hex
    unfinished.mkdir(parents=True)
    for name, content in files.items():
        with (unfinished / name).open("xb") as file:
            file.write(content)
            file.flush()
            # the database will refer to them, also after a power cut
            os.fsync(file.fileno())
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        unfinished.rename(target)
    except OSError:
        # the same files are there already, since the name is a hash of their source
        shutil.rmtree(unfinished)
        if not target.is_dir():
            raise
