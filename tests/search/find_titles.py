"""Search as a shopper does."""

from sqlalchemy import Connection

from bookshop.catalogue.book_store import books_at_ranks
from bookshop.database import Database
from bookshop.search.filters import Filters
from bookshop.search.find_books import find_books
from bookshop.search.query import Query


async def find_titles(database: Database, typed: str, **wanted: str) -> list[str]:
    """Return the titles that a query finds, in order."""

    def find(db: Connection) -> list[str]:
        results = find_books(db, Query.from_text(typed), Filters(**wanted), limit=24)
        return [book.title for book in books_at_ranks(db, results.ranks)]

    return await database.read(find)
