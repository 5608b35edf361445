"""The format of a backup: a compressed tar file whose first file states what follows."""

import hashlib
from collections.abc import Callable

from bookshop.backups.backup import Part

MANIFEST_NAME = "manifest.json"
SETTINGS_NAME = "settings.env"
DATABASE_NAMES = {"sqlite": "database.sqlite", "postgresql": "database.dump"}
COVERS_NAME = "covers"
CHUNK_BYTES = 1 << 20
# told how many bytes were read since the last time
OnBytes = Callable[[int], object]


class PartSum:
    """Counts the files of a part, and hashes them as `sha256sum FILE… | sha256sum` does."""

    def __init__(self, name: str) -> None:
        self._name, self._files, self._size = name, 0, 0
        self._list = hashlib.sha256()

    def add(self, file_name: str, size: int, sha256: str) -> None:
        """Add a file that was read to its end."""
        self._files += 1
        self._size += size
        self._list.update(f"{sha256}  {file_name}\n".encode(errors="surrogateescape"))

    def to_part(self) -> Part:
        return Part(self._name, self._files, self._size, self._list.hexdigest())


def part_name(file_name: str) -> str:
    """Return the part to which a file of an archive belongs."""
    return file_name.partition("/")[0]
