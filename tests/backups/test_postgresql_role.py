"""The role of a shop's database needs no rights but those of its owner."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import make_url

from bookshop.backups.errors import BackupError
from bookshop.backups.make_backup import make_backup
from bookshop.backups.restore import restore_backup
from bookshop.backups.verify_backup import verify_backup
from bookshop.commands.migrate import update_database
from bookshop.database import open_database
from bookshop.settings import Settings
from tests.builders import some_settings
from tests.conftest import migrate_at

ROLE, DATABASE = "bookseller", "shop_of_a_bookseller"


@pytest.fixture
async def settings(postgres: str, tmp_path: Path) -> AsyncIterator[Settings]:
    """Return the settings of a shop whose role owns its database and may do nothing else."""
    server = await asyncpg.connect(postgres)
    await server.execute(f"CREATE ROLE {ROLE} LOGIN PASSWORD 'a%20b:c'")
    await server.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")
    url = make_url(postgres).set(username=ROLE, password="a%20b:c", database=DATABASE)
    text = url.render_as_string(hide_password=False)
    await migrate_at(text)
    folders = {"COVERS_DIR": f"{tmp_path}/covers", "BACKUPS_DIR": f"{tmp_path}/backups"}
    yield some_settings(DATABASE_URL=text, **folders)
    await server.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")
    await server.execute(f"DROP ROLE {ROLE}")
    await server.close()


async def test_an_owner_restores_and_learns_what_verifying_needs(settings: Settings) -> None:
    database = open_database(settings.database_url)
    made = await make_backup(settings, database)
    await database.close()
    assert await restore_backup(settings, made.file, update_database)
    with pytest.raises(BackupError, match=r"permission denied.* ALTER ROLE … CREATEDB"):
        await verify_backup(settings, made.file, update_database)
