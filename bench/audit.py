"""Measure the audit's time and memory: python -m bench.audit --broken 400000."""

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

import click
from sqlalchemy import Connection, text

from bench.office_database import prepare
from bench.options import database_option, keep_option
from bench.search_database import open_url
from bookshop.database import open_database
from tests.builders import ENVIRONMENT

# the totals of the first orders are wrong while the audit runs
CHANGE_TOTALS = text(
    "UPDATE orders SET total_minor = total_minor + :difference"
    " WHERE id IN (SELECT id FROM orders ORDER BY id LIMIT :count)"
)


@click.command()
@click.option("--orders", "order_count", default=1_000_000, show_default=True, help="Number of orders.")
@click.option("--books", "book_count", default=20_000, show_default=True, help="Number of books.")
@click.option("--broken", default=400_000, show_default=True, help="Number of orders with a wrong total.")
@database_option
@keep_option
def main(order_count: int, book_count: int, broken: int, kind: str, keep: Path | None) -> None:
    """Fill a shop with orders, break some, and print what an audit of them takes."""
    with open_url(kind, keep) as url:
        asyncio.run(prepare(url, order_count, book_count))
        asyncio.run(change_totals(url, 1, broken))
        try:
            for options in (["--json"], []):
                measure(url, *options)
        finally:
            asyncio.run(change_totals(url, -1, broken))


async def change_totals(url: str, difference: int, count: int) -> None:
    database = open_database(url)

    def change(db: Connection) -> None:
        db.execute(CHANGE_TOTALS, {"difference": difference, "count": count})

    await database.write(change)
    await database.close()


def measure(url: str, *options: str) -> None:
    """Run the audit as a process of its own."""
    command = [sys.executable, "-m", "bookshop", "audit", *options]
    began = time.perf_counter()
    with subprocess.Popen(
        command, env={**os.environ, **ENVIRONMENT, "DATABASE_URL": url}, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        size = sum(len(line) for line in process.stdout)
        _, _, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    click.echo(
        f"audit {' '.join(options) or 'as a table'}: {seconds:.0f} s, {used.ru_maxrss / 1000:.0f} MB"
        f" at most, {size / 1_000_000:.1f} MB printed"
    )


if __name__ == "__main__":
    main()
