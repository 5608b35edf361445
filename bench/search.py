"""Measure how long it takes to find books: python -m bench.search --books 1000000."""

import asyncio
import gc
import random
import sqlite3
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import click
from sqlalchemy import make_url, text

from bench.client import percentile
from bench.options import database_option, keep_option
from bench.search_database import build, has_tables, open_url
from bench.search_questions import PAGE_BOOKS, Question, list_questions, read_samples
from bookshop.database import Database, open_database
from bookshop.search import postgresql_index, sqlite_index
from bookshop.search.filters import Filters
from bookshop.search.find_books import find_books
from bookshop.search.query import Query, tiers_of

SIZES = {
    "sqlite": "SELECT sum(pgsize) FROM dbstat WHERE name = 'search' OR name LIKE 'search\\_%' ESCAPE '\\'",
    "postgresql": "SELECT sum(pg_total_relation_size(relid))::bigint FROM pg_partition_tree('search')",
}
FLOORS = {
    "sqlite": "SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid LIMIT 24",
    "postgresql": "SELECT rank FROM search WHERE tokens @@ CAST($1 AS tsquery) LIMIT 24",
}
Floor = Callable[[str], Awaitable[None]]


@click.command()
@click.option("--books", "count", default=1_000_000, show_default=True, help="Number of books.")
@database_option
@keep_option
@click.option("--rounds", default=5, show_default=True, help="Rounds over all questions.")
def main(count: int, kind: str, keep: Path | None, rounds: int) -> None:
    """Create a catalogue, ask it a fixed list of questions, and print how long each kind took."""
    with open_url(kind, keep) as url:
        asyncio.run(run(kind, url, count, rounds))


async def run(kind: str, url: str, count: int, rounds: int) -> None:
    """Create the catalogue unless it exists, and measure."""
    database = open_database(url)
    if not await database.read(has_tables):
        await build(url, count)
    samples = await database.read(read_samples, 40)
    # as the shop does when it starts
    gc.collect()
    gc.freeze()
    size = await database.read(lambda db: db.execute(text(SIZES[kind])).scalar_one())
    listed = await database.read(lambda db: find_books(db, Query(), Filters(), PAGE_BOOKS).count)
    click.echo(f"{kind}: {listed:,} books, index {size / 1e6:,.0f} MB")
    if kind == "sqlite":
        file = sqlite3.connect(str(make_url(url).database))

        async def floor(query: str) -> None:
            file.execute(FLOORS[kind], (floor_expression(kind, query),)).fetchall()

        await measure(database, list(list_questions(samples)), floor, rounds)
        file.close()
    else:
        server = await asyncpg.connect(url)

        async def floor(query: str) -> None:
            await server.fetch(FLOORS[kind], floor_expression(kind, query))

        await measure(database, list(list_questions(samples)), floor, rounds)
        await server.close()
    await database.close()


def floor_expression(kind: str, floor_query: str) -> str:
    """Translate a floor's query into the index's own language."""
    typed, _, subject = floor_query.partition("|")
    tier = tiers_of(Query.from_text(typed), Filters(subject=subject))[-1]
    return sqlite_index.match_of(tier) if kind == "sqlite" else postgresql_index.tsquery_of(tier)


async def measure(database: Database, questions: list[Question], floor: Floor, rounds: int) -> None:
    """Ask all questions in a new order each round, and print the times of each kind."""
    timings: dict[str, Timings] = {}
    chance = random.Random(1)
    for number in range(rounds + 1):
        for question in chance.sample(questions, len(questions)):
            began, worked = time.perf_counter(), time.thread_time()
            count = await database.read(question.work)
            values = [time.perf_counter() - began, time.thread_time() - worked]
            began = time.perf_counter()
            if question.floor_query:
                await floor(question.floor_query)
                values.append(time.perf_counter() - began)
            # the first round warms up
            if number:
                timings.setdefault(question.kind, Timings()).add(count, values)
    click.echo(f"{'milliseconds, p50 and p99':<38}{'ALL':>16}{'OUR CPU':>16}{'FLOOR':>16}{'HITS':>9}")
    for kind, one in timings.items():
        click.echo(f"{kind:<38}{''.join(map(format_percentiles, one.values))}{one.hits:>9}")


@dataclass
class Timings:
    """The times of one kind of question in ms: elapsed, CPU of this process, and floor."""

    values: list[list[float]] = field(default_factory=lambda: [[], [], []])
    hits: int = 0

    def add(self, count: int, values: list[float]) -> None:
        self.hits = max(self.hits, count)
        for kept, value in zip(self.values, values, strict=False):
            kept.append(value * 1000)


def format_percentiles(values: list[float]) -> str:
    """Format p50 and p99."""
    return f"{percentile(values, 0.5):>8.2f}{percentile(values, 0.99):>8.2f}" if values else " " * 16


if __name__ == "__main__":
    main()
