"""Keep the search index true to the stock while the shop is open.

Selling writes nothing to the index, so that orders do not wait for each other: a task reads the new stock
movements and indexes the books whose last copy was reserved or whose first came in.
"""

import asyncio
import logging
import random
from collections.abc import Sequence

from sqlalchemy import Connection, Integer, bindparam, case, func, select

from bookshop.database import Database
from bookshop.database.run_in_parts import run_in_parts
from bookshop.schema import AVAILABLE_COPIES, books, counters, stock, stock_movements
from bookshop.search.choose_index import choose_index
from bookshop.search.index_books import index_books, list_missing
from bookshop.search.rank import RankGroup

log = logging.getLogger(__name__)

# a transaction may commit after others whose movements have higher ids: so many are read again
REPEATED_MOVEMENTS = 1000
MAX_NEW_MOVEMENTS = 5000
MAX_BOOKS_PER_TRANSACTION = 500
# the id of the last stock movement that was synced
COUNTER = "synced-movements"


async def run_index_sync(database: Database, interval: float) -> None:
    """Sync the index about every `interval` seconds until cancelled; log errors."""
    while True:
        await asyncio.sleep(interval * random.uniform(0.8, 1.2))
        try:
            await sync_index(database)
        except Exception:
            log.exception("The search index could not be synced")


async def sync_index(database: Database) -> int:
    """Index books that came into or out of stock, and return their number.

    Those that cannot be indexed are logged. Nothing is written without new stock movements.
    """
    if not await database.read(has_new_movements):
        return 0
    # not by a read, during which the event loop would wait on SQLite
    movement_id, outdated = await database.write(find_outdated)
    indexed = await index_each(database, outdated)
    await database.write(set_synced, movement_id)
    return indexed


async def index_missing(database: Database) -> int:
    """Index listed books that are not in the index, and return their number."""
    indexed, last = 0, ""
    while missing := await database.read(list_missing, last, MAX_BOOKS_PER_TRANSACTION):
        indexed += await index_each(database, missing)
        last = missing[-1]
    return indexed


async def index_each(database: Database, isbns: Sequence[str]) -> int:
    """Index books, and return the number of changed ones; log those that cannot be indexed."""

    async def index(part: Sequence[str]) -> int:
        return await database.write(index_books, part)

    return sum(await run_in_parts(index, isbns, log_failure))


def log_failure(isbn: str, error: Exception) -> None:
    log.error("The book %s could not be indexed, and is left as it was", isbn, exc_info=error)


FIND_LAST_MOVEMENT = select(func.max(stock_movements.c.id))
FIND_SYNCED = select(counters.c.value).where(counters.c.name == COUNTER)


def has_new_movements(db: Connection) -> bool:
    """Return whether there are stock movements that were not synced."""
    last, synced = (db.execute(statement).scalar() or 0 for statement in (FIND_LAST_MOVEMENT, FIND_SYNCED))
    return int(last) > int(synced)


def find_outdated(db: Connection) -> tuple[int, list[str]]:
    """Return the last stock movement, and the books to index since the last sync."""
    synced: int = db.execute(FIND_SYNCED).scalar_one()
    movements = db.execute(LIST_NEW_MOVEMENTS, {"after": synced - REPEATED_MOVEMENTS}).all()
    isbns = sorted({movement.isbn for movement in movements})
    outdated = list(db.execute(LIST_OUTDATED, {"isbns": isbns}).scalars())
    return movements[-1].id if movements else synced, outdated


LIST_NEW_MOVEMENTS = (
    select(stock_movements.c.id, stock_movements.c.isbn)
    .where(stock_movements.c.id > bindparam("after", type_=Integer))
    .order_by(stock_movements.c.id)
    .limit(MAX_NEW_MOVEMENTS + REPEATED_MOVEMENTS)
)
# those whose rank and stock disagree on whether they are in stock
LIST_OUTDATED = (
    select(books.c.isbn)
    .outerjoin(stock, stock.c.isbn == books.c.isbn)
    .where(
        books.c.isbn.in_(bindparam("isbns", expanding=True)),
        books.c.is_listed,
        case((books.c.rank <= RankGroup.IN_STOCK.last_rank, 1), else_=0)
        != case((AVAILABLE_COPIES > 0, 1), else_=0),
    )
    .order_by(books.c.isbn)
)


SET_SYNCED = counters.update().where(counters.c.name == COUNTER).values(value=bindparam("movement_id"))


def set_synced(db: Connection, movement_id: int) -> None:
    db.execute(SET_SYNCED, {"movement_id": movement_id})


async def optimize_index(database: Database) -> None:
    """Make searches fast again after many changes, in short transactions that let others write."""
    while await database.write(optimize_step):
        pass


def optimize_step(db: Connection) -> bool:
    """Optimize a part of the index; return whether there is more to do."""
    return choose_index(db).optimize(db)
