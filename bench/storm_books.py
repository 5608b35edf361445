"""Books of the storm: python bench/storm_books.py.

The code that is to store them is on PYTHONPATH. Prints their ISBNs. The shop's settings are in the
environment.
"""

import asyncio

from bookshop.database import open_database
from bookshop.settings import settings_or_exit
from bookshop.trade.availability import Supply
from tests.builders import a_book, store_book

TITLES = 12
# half of the titles sell out early, so that shoppers race for the last copies
FEW_COPIES, MANY_COPIES = 20, 3000
# a book that is ordered in
SUPPLIED = Supply("21", lead_days=3)


async def main() -> None:
    """Store the books."""
    database = open_database(settings_or_exit().database_url)
    stocks = [MANY_COPIES if n % 2 else FEW_COPIES for n in range(TITLES)]
    for book in (
        *(a_book(stock=copies) for copies in stocks),
        *(a_book(stock=1, supply=SUPPLIED) for _ in range(2)),
    ):
        print((await database.write(store_book, book)).isbn)  # noqa: T201 - the storm reads it
    await database.close()


if __name__ == "__main__":
    asyncio.run(main())
