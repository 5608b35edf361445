"""A backup: what its manifest states, and how its file is named."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FORMAT = 1
PATTERN = "bookshop-*.tar.zst"
# beside a backup that was restored into a temporary place; its time is when
VERIFIED_SUFFIX = ".verified"
MAX_COUNT = 1 << 63
# days can be added to these in any zone
MIN_YEAR, MAX_YEAR = 2000, 9000


@dataclass(frozen=True, slots=True)
class Part:
    """The files of a backup whose names begin alike, in their order.

    `sha256` is that of the list which `sha256sum` prints for them.
    """

    name: str
    files: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup has in it; `database` is the kind of database.

    Orders up to `last_number` are in it; later ones may be, since the database is read a moment later.
    """

    format: int = FORMAT
    bookshop: str
    revision: str
    database: str
    made_at: datetime
    shop_id: str
    last_number: int
    is_automatic: bool
    parts: tuple[Part, ...]

    @property
    def size(self) -> int:
        """The bytes of all files before they were compressed."""
        return sum(part.size for part in self.parts)

    def to_json(self) -> bytes:
        return json.dumps({**asdict(self), "made_at": self.made_at.isoformat()}, indent=1).encode()

    @classmethod
    def from_json(cls, text: bytes) -> "Manifest":
        """Return the manifest; raises ValueError, KeyError, TypeError or RecursionError."""
        values: dict[str, Any] = json.loads(text)
        parts = tuple(Part(**part) for part in values["parts"])
        manifest = cls(**{**values, "made_at": _read_moment(values["made_at"]), "parts": parts})
        if not _is_valid(manifest):
            raise ValueError("a value is missing or impossible")
        return manifest


def _read_moment(text: str) -> datetime:
    """Return the moment in UTC; raises ValueError, TypeError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or not MIN_YEAR <= moment.year <= MAX_YEAR:
        raise ValueError("a moment without its zone, or an impossible one")
    return moment.astimezone(UTC)


def _is_valid(manifest: Manifest) -> bool:
    """Return whether each value has its type and can be shown."""
    names = (manifest.bookshop, manifest.revision, manifest.database, manifest.shop_id)
    texts = (*names, *(text for part in manifest.parts for text in (part.name, part.sha256)))
    counts = (
        manifest.format,
        manifest.last_number,
        *(n for part in manifest.parts for n in (part.files, part.size)),
    )
    return (
        all(isinstance(text, str) and text.isprintable() for text in texts)
        and all(type(count) is int and 0 <= count < MAX_COUNT for count in counts)
        and isinstance(manifest.is_automatic, bool)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """The file of a backup, and what its manifest states."""

    file: Path
    size: int
    verified_at: datetime | None
    manifest: Manifest

    @property
    def made_at(self) -> datetime:
        return self.manifest.made_at

    @property
    def is_automatic(self) -> bool:
        """Whether it was made before the database was migrated."""
        return self.manifest.is_automatic


def name_backup(made_at: datetime, revision: str, *, is_automatic: bool) -> str:
    """Return the name of a backup's file, without its suffixes."""
    reason = "-before-update" if is_automatic else ""
    return f"bookshop-{made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{revision.partition('_')[0]}{reason}"
