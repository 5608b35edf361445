"""The migrations and the schema agree."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.migrations import migrate
from bookshop.schema import metadata


async def test_migrations_lead_to_the_schema(database: Database) -> None:
    def differences(db: Connection) -> object:
        return compare_metadata(MigrationContext.configure(db, opts={"compare_type": True}), metadata)

    assert await database.read(differences) == []


async def test_migrating_again_changes_nothing(database: Database) -> None:
    await database.write(migrate)
    await test_migrations_lead_to_the_schema(database)
