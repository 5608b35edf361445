"""A shop into which a test imports, and what is then in its tables."""

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
# what the search index counts and remembers, which is its own business
OTHERS = ("alembic_version", "counters")


def a_header(sent_at: str = "20261101T1000", sender: str = "Example Books") -> str:
    """The header of a message of this moment."""
    return HEADER.format(sender=sender, sent_at=sent_at)


async def take(
    database: Database, folder: Path, content: bytes, name: str = "feed.xml", **how: Any
) -> ImportReport:
    """Import a file of this content."""
    path = folder / name
    path.write_bytes(content)
    return await Importer(database, MARKET, **how).import_file(InputFile(path))


def counts_of(report: ImportReport) -> dict[str, int]:
    """What came of the records, leaving out what came of none."""
    return {str(outcome): count for outcome, count in report.counts.items() if count}


def read_all(db: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Everything in every table."""
    return {
        name: sorted((tuple(row) for row in db.execute(select(table))), key=repr)
        for name, table in metadata.tables.items()
        if name not in OTHERS
    }


def is_listed(db: Connection, isbn: str) -> bool | None:
    """Whether a book is shown, None for one that is not there."""
    found: bool | None = db.execute(select(books.c.is_listed).where(books.c.isbn == isbn)).scalar()
    return found


def the_book(db: Connection, isbn: str) -> Book:
    """A listed book."""
    book = find_book(db, isbn)
    assert book is not None
    return book


def run_sql(db: Connection, /, statement: str, **values: Any) -> None:
    """Do what no function of the shop does."""
    db.execute(text(statement), values)
