"""How a database of any age becomes one of today."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

FOLDER = Path(__file__).parent


def migrate(db: Connection) -> None:
    """Bring the database to today's schema; one that is there already stays as it is."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = db
    command.upgrade(config, "head")
