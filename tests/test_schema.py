"""The migrations and the schema agree."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from bookshop.database import Database
from bookshop.migrations import FOLDER, is_current, migrate, newest_revision
from bookshop.schema import metadata


def is_of_the_schema(name: str | None, kind: str, _: object) -> bool:
    """Whether the metadata describe it: the search index makes its own tables, `search` and `search_…`."""
    return not (kind == "table" and str(name).partition("_")[0] == "search")


async def test_migrations_lead_to_the_schema(database: Database) -> None:
    def differences(db: Connection) -> object:
        options = {"compare_type": True, "include_name": is_of_the_schema}
        return compare_metadata(MigrationContext.configure(db, opts=options), metadata)

    assert await database.read(differences) == []


async def test_migrating_again_changes_nothing(database: Database) -> None:
    await database.write(migrate)
    await test_migrations_lead_to_the_schema(database)


def test_the_last_migration_is_known_without_alembic() -> None:
    assert ScriptDirectory(FOLDER).get_heads() == [newest_revision()]


async def test_a_database_of_yesterday_is_not_current(database: Database) -> None:
    def forget(db: Connection) -> None:
        db.execute(text("UPDATE alembic_version SET version_num = '0001'"))

    assert await database.read(is_current)
    await database.write(forget)
    assert not await database.read(is_current)
