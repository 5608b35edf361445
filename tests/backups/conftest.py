"""A shop with a few covers, on both databases."""

from pathlib import Path

import pytest

from bookshop.settings import Settings
from tests.builders import some_settings

COVERS = {
    "97/9780306406157/aaaaaaaaaaaa/120.avif": b"small",
    "97/9780306406157/aaaaaaaaaaaa/672.jpg": bytes(3000),
    "97/9780000000002/bbbbbbbbbbbb/120.avif": b"",
}


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Return the settings of a shop whose files are in folders of this test's own."""
    write_covers(tmp_path / "covers")
    return some_settings(
        DATABASE_URL=database_url,
        COVERS_DIR=str(tmp_path / "covers"),
        BACKUPS_DIR=str(tmp_path / "backups"),
    )


def write_covers(folder: Path) -> None:
    for name, content in COVERS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def read_files(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder by their paths in it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def ignore(_: object) -> None:
    """Show no progress."""
