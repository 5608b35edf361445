"""A deployment of a test's own."""

from pathlib import Path

import pytest

from bookshop.database import Database
from bookshop.doctor.check import Deployment
from tests.builders import some_settings


@pytest.fixture
def deployment(database: Database, database_url: str, tmp_path: Path) -> Deployment:
    """Return a deployment with an empty database; nothing else exists."""
    settings = some_settings(
        DATABASE_URL=database_url,
        COVERS_DIR=str(tmp_path / "covers"),
        BACKUPS_DIR=str(tmp_path / "backups"),
    )
    return Deployment(settings, {}, tmp_path / ".env", database)
