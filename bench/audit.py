"""Measure the audit's time and memory: python -m bench.audit --broken 400000."""

import asyncio
from pathlib import Path

import click
from sqlalchemy import Connection, text

from bench.office_database import prepare
from bench.options import database_option, keep_option
from bench.run_command import run_command
from bench.search_database import open_url
from bookshop.database import open_database

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
    """Print what an audit takes."""
    run = run_command({"DATABASE_URL": url}, "audit", *options)
    click.echo(
        f"audit {' '.join(options) or 'as a table'}: {run}, {len(run.output) / 1_000_000:.1f} MB printed"
    )


if __name__ == "__main__":
    main()
