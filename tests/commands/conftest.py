"""The folder or the shop in which commands run."""

from pathlib import Path
from secrets import token_hex

import pytest
from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.schema import identity
from tests.builders import ENVIRONMENT
from tests.commands.shop import CommandShop
from tests.processes import Process


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite only: what the commands read is tested on both databases elsewhere."""
    return sqlite_url


@pytest.fixture
async def shop(database: Database, database_url: str, simulator: Process, tmp_path: Path) -> CommandShop:
    """An empty shop with the simulator as its Stripe."""
    shop = CommandShop(tmp_path, database, DATABASE_URL=database_url, STRIPE_API_BASE=simulator.url)
    # every database is a copy of one, and the simulator has the payments of all
    await database.write(set_shop_id, token_hex(16))
    return shop


def set_shop_id(db: Connection, shop_id: str) -> None:
    db.execute(identity.update().values(shop_id=shop_id))


@pytest.fixture
def folder(tmp_path: Path, sqlite_url: str) -> Path:
    """A folder with the .env of a shop, in which its commands run."""
    settings = {**ENVIRONMENT, "DATABASE_URL": sqlite_url}
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
    return tmp_path
