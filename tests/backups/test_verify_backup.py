"""A backup is verified by restoring it into a temporary place, which nothing is left of."""

from datetime import UTC, datetime

import asyncpg

from bookshop.backups.backup_folder import list_backups
from bookshop.backups.make_backup import make_backup
from bookshop.backups.verify_backup import verify_backup
from bookshop.checkout.place_order import reserve_and_add
from bookshop.commands.migrate import update_database
from bookshop.database import Database
from bookshop.schema import orders
from bookshop.settings import Settings
from tests.builders import a_book, an_order, store_book


async def test_a_verified_backup_is_marked(settings: Settings, database: Database) -> None:
    book = await database.write(store_book, a_book(stock=2))
    await database.write(reserve_and_add, an_order(book))
    made = await make_backup(settings, database)
    before = datetime.now(UTC).replace(microsecond=0)
    found = await verify_backup(settings, made.file, update_database)
    assert (found.books, found.orders, found.broken) == (1, 1, {})
    (listed,) = list_backups(settings.backups_dir)
    assert listed.verified_at
    assert listed.verified_at >= before
    assert {file.suffix for file in settings.backups_dir.iterdir()} == {".zst", ".verified"}
    await refuse_databases_that_are_left(settings.database_url)


async def refuse_databases_that_are_left(url: str) -> None:
    if url.startswith("postgresql"):
        server = await asyncpg.connect(url)
        assert not await server.fetch("SELECT 1 FROM pg_database WHERE datname LIKE '%verify'")
        await server.close()


async def test_what_the_audit_finds_is_counted(settings: Settings, database: Database) -> None:
    book = await database.write(store_book, a_book(stock=2))
    await database.write(reserve_and_add, an_order(book))
    await database.write(lambda db: db.execute(orders.update().values(total_minor=1)))
    made = await make_backup(settings, database)
    found = await verify_backup(settings, made.file, update_database)
    assert found.broken == {"total": 1}
