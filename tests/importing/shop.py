"""Import files into a shop, and read what is then in its tables."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select, text

from bookshop.catalogue.book import Book
from bookshop.catalogue.book_store import find_book
from bookshop.database import Database
from bookshop.importing.importer import Importer
from bookshop.importing.report import ImportReport
from bookshop.onix.input_file import InputFile
from bookshop.schema import books, metadata
from bookshop.trade.market import Market

MARKET = Market("SG", "SGD", "Asia/Singapore")
HEADER = """
	<Header>
		<Sender><SenderName>{sender}</SenderName></Sender>
		<SentDateTime>{sent_at}</SentDateTime>
	</Header>
"""
# tables of the migrations and of the search index
OTHER_TABLES = ("alembic_version", "counters")


def a_header(sent_at: str = "20261101T1000", sender: str = "Example Books") -> str:
    """Return the header of a message that was sent at this time."""
    return HEADER.format(sender=sender, sent_at=sent_at)


async def take(
    database: Database, folder: Path, content: bytes, name: str = "feed.xml", **options: Any
) -> ImportReport:
    """Import a file of this content."""
    path = folder / name
    path.write_bytes(content)
    return await Importer(database, MARKET, **options).import_file(InputFile(path))


def counts_of(report: ImportReport) -> dict[str, int]:
    """Return the counts of a report by outcome, without zeros."""
    return {str(outcome): count for outcome, count in report.counts.items() if count}


def read_all(db: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of every table."""
    return {
        name: sorted((tuple(row) for row in db.execute(select(table))), key=repr)
        for name, table in metadata.tables.items()
        if name not in OTHER_TABLES
    }


def is_listed(db: Connection, isbn: str) -> bool | None:
    """Return whether a book is listed, None if there is no book."""
    found: bool | None = db.execute(select(books.c.is_listed).where(books.c.isbn == isbn)).scalar()
    return found


def the_book(db: Connection, isbn: str) -> Book:
    """Return a book that must be listed."""
    book = find_book(db, isbn)
    assert book is not None
    return book


def run_sql(db: Connection, /, statement: str, **values: Any) -> None:
    """Run a statement that no function of the shop has."""
    db.execute(text(statement), values)
