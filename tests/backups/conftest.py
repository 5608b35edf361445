"""A shop with a few covers, on both databases."""

from pathlib import Path

import pytest

from bookshop.backups.make_backup import make_backup
from bookshop.database import open_database
from bookshop.settings import Settings
from tests.backups.shop import add_book, write_covers
from tests.builders import some_settings


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Return the settings of a shop whose files are in folders of this test's own."""
    write_covers(tmp_path / "covers")
    return some_settings(
        DATABASE_URL=database_url,
        COVERS_DIR=str(tmp_path / "covers"),
        BACKUPS_DIR=str(tmp_path / "backups"),
    )


@pytest.fixture
async def backup(settings: Settings) -> Path:
    """Return a backup of a shop that has gone on since."""
    await add_book(settings, "Emma")
    database = open_database(settings.database_url)
    made = await make_backup(settings, database)
    await database.close()
    await add_book(settings, "Persuasion")
    return made.file
