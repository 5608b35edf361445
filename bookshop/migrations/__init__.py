"""How a database of any age becomes one of today."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

FOLDER = Path(__file__).parent


def migrate(db: Connection) -> None:
    """Bring the database to today's schema; one that is there already stays as it is."""
    config = _config()
    config.attributes["connection"] = db
    command.upgrade(config, "head")


def is_current(db: Connection) -> bool:
    """Whether the database is what `migrate` would make it."""
    heads = ScriptDirectory.from_config(_config()).get_heads()
    return set(MigrationContext.configure(db).get_current_heads()) == set(heads)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return config
