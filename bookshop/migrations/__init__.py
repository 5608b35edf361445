"""Create the database's tables and bring them up to date."""

from enum import StrEnum
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, String, column, inspect, select, table

FOLDER = Path(__file__).parent
OUT_OF_DATE = "The database schema is out of date. Run `bookshop migrate`."
INCOMPATIBLE = (
    "The database has the schema of another version of Bookshop ({revision}), which cannot be upgraded. "
    "Set DATABASE_URL to an empty database and run `bookshop migrate` again."
)
NEWER = (
    "The database belongs to a newer version of Bookshop ({revision}). "
    "Install that version again, or go back with `bookshop restore` to the backup made before the update."
)
FIND_REVISION = select(column("version_num", String)).select_from(table("alembic_version"))


class SchemaState(StrEnum):
    """How a database's schema compares with the one that this version needs."""

    CURRENT = ""
    OUT_OF_DATE = OUT_OF_DATE
    NEWER = NEWER
    INCOMPATIBLE = INCOMPATIBLE


class IncompatibleDatabase(Exception):
    """The database was made by revisions that are not in this version's history."""


def migrate(db: Connection) -> None:
    """Upgrade the schema to the newest revision; raises IncompatibleDatabase."""
    # imported late, since the server never migrates: 60 ms of its start and 10 MB
    from alembic import command
    from alembic.config import Config

    revision = find_revision(db)
    state = compare_revision(revision)
    if state in (SchemaState.NEWER, SchemaState.INCOMPATIBLE):
        raise IncompatibleDatabase(state.format(revision=revision))
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = db
    command.upgrade(config, "head")


def may_serve(db: Connection) -> bool:
    """Check that a process that runs may go on: the schema is its own or a newer one.

    A migration keeps what the version before it uses (docs/design.md), so that both serve at once.
    """
    return compare_revision(find_revision(db)) in (SchemaState.CURRENT, SchemaState.NEWER)


def compare_revision(revision: str | None) -> SchemaState:
    """Compare a revision with those of this version; names begin with their number."""
    revisions = list_revisions()
    if revision == revisions[-1]:
        return SchemaState.CURRENT
    if revision in (None, *revisions):
        return SchemaState.OUT_OF_DATE
    return SchemaState.NEWER if is_later(str(revision), revisions[-1]) else SchemaState.INCOMPATIBLE


def is_later(revision: str, other: str) -> bool:
    number, other_number = (name.partition("_")[0] for name in (revision, other))
    return number.isdecimal() and int(number) > int(other_number)


def find_revision(db: Connection) -> str | None:
    """Return the database's revision, None for an empty database."""
    return db.scalar(FIND_REVISION) if inspect(db).has_table("alembic_version") else None


@cache
def list_revisions() -> tuple[str, ...]:
    """Return all revisions, oldest first: the names of their files when the process began."""
    return tuple(sorted(file.stem for file in FOLDER.glob("versions/[0-9]*.py")))
