"""Take the files out of a backup."""

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

from bookshop.backups.archive import COVERS_NAME, DATABASE_NAMES, OnBytes
from bookshop.backups.read_archive import read_archive
from bookshop.backups.write_archive import FILE_MODE
from bookshop.covers.picture_folder import UNFINISHED as UNFINISHED_COVERS


def unpack_database(file: Path, target: Path, on_bytes: OnBytes) -> None:
    """Write the database of a backup to a new file, and check all of the backup.

    Raises DamagedBackup, OSError.
    """

    def receive(name: str, chunks: Iterator[bytes]) -> None:
        if name in DATABASE_NAMES.values():
            target.touch(mode=FILE_MODE, exist_ok=False)
            write_chunks(target, chunks)

    read_archive(file, receive, on_bytes)


def unpack_covers(file: Path, folder: Path, on_bytes: OnBytes) -> None:
    """Put the covers of a backup beside those in the folder; raises DamagedBackup, OSError.

    None is deleted: the name of a picture has the hash of its source, so the covers of another moment are
    other files. That is why covers need not be swapped together with the database.
    """
    work = folder / UNFINISHED_COVERS / uuid.uuid4().hex

    def receive(name: str, chunks: Iterator[bytes]) -> None:
        if not name.startswith(f"{COVERS_NAME}/"):
            return
        target = folder / name.removeprefix(f"{COVERS_NAME}/")
        target.parent.mkdir(parents=True, exist_ok=True)
        write_chunks(work / target.name, chunks)
        (work / target.name).replace(target)

    work.mkdir(parents=True)
    try:
        read_archive(file, receive, on_bytes)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    # one sync for all of them: they must be there before the database that refers to them
    os.sync()


def write_chunks(target: Path, chunks: Iterator[bytes]) -> None:
    with target.open("wb") as file:
        file.writelines(chunks)
