"""Create the database's tables and bring them up to date."""

from pathlib import Path

from sqlalchemy import Connection, String, column, inspect, select, table

FOLDER = Path(__file__).parent
OUT_OF_DATE = "The database schema is out of date. Run `bookshop migrate`."
INCOMPATIBLE = (
    "The database has the schema of another version of Bookshop ({revision}), which cannot be upgraded. "
    "Set DATABASE_URL to an empty database and run `bookshop migrate` again."
)
FIND_REVISION = select(column("version_num", String)).select_from(table("alembic_version"))


class IncompatibleDatabase(Exception):
    """The database was made by revisions that are not in this version's history."""


def migrate(db: Connection) -> None:
    """Upgrade the schema to the newest revision; raises IncompatibleDatabase."""
    # imported late, since the server never migrates: 60 ms of its start and 10 MB
    from alembic import command
    from alembic.config import Config

    revision = find_revision(db)
    if revision and revision not in list_revisions():
        raise IncompatibleDatabase(INCOMPATIBLE.format(revision=revision))
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = db
    command.upgrade(config, "head")


def is_current(db: Connection) -> bool:
    """Check that the database has the newest revision."""
    return find_revision(db) == list_revisions()[-1]


def find_revision(db: Connection) -> str | None:
    """Return the database's revision, None for an empty database."""
    return db.scalar(FIND_REVISION) if inspect(db).has_table("alembic_version") else None


def list_revisions() -> list[str]:
    """Return all revisions, oldest first: the names of their files."""
    return sorted(file.stem for file in FOLDER.glob("versions/[0-9]*.py"))
