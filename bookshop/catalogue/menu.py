"""The menu of every page: it lists only what the shop has."""

import asyncio
import logging
import random
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, select

from bookshop.catalogue.display_store import STAFF_PICKS
from bookshop.database import Database
from bookshop.schema import books, displays
from bookshop.search.facet import ALL_BOOKS
from bookshop.search.facet_counts import count_tokens

# a shop with so many books has one page for all of them
FEW_BOOKS = 24

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Menu:
    """What the shop has, as this process read it last.

    Until then it is a shop of many books and picks. Pages are rendered too often to count for each of them.
    """

    books: int = FEW_BOOKS + 1
    picks: int = 2

    @property
    def has_few_books(self) -> bool:
        return self.books <= FEW_BOOKS


async def run_menu(database: Database, menu: Menu, interval: float) -> None:
    """Read the menu now and about every `interval` seconds until cancelled; log errors."""
    while True:
        try:
            await refresh_menu(database, menu)
        except Exception:
            log.exception("The menu could not be read, and stays as it was")
        await asyncio.sleep(interval * random.uniform(0.8, 1.2))


async def refresh_menu(database: Database, menu: Menu) -> None:
    menu.books, menu.picks = await database.read(count_menu)


COUNT_PICKS = (
    select(func.count())
    .select_from(displays.join(books, books.c.isbn == displays.c.isbn))
    .where(displays.c.display == bindparam("display"), books.c.is_listed)
)


def count_menu(db: Connection) -> tuple[int, int]:
    """Return the numbers of books and of staff picks."""
    picks = db.execute(COUNT_PICKS, {"display": STAFF_PICKS}).scalar_one()
    return count_tokens(db, [ALL_BOOKS]).get(ALL_BOOKS, 0), picks
