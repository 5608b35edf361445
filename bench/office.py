"""Measure the office's pages: python -m bench.office --orders 1000000."""

import asyncio
import gc
import random
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import asyncpg
import click
from sqlalchemy import Connection, make_url

from bench.asgi_request import request
from bench.client import percentile
from bench.office_database import prepare
from bench.office_pages import Page, find_missing, list_pages
from bench.office_samples import read_samples
from bench.options import database_option, keep_option
from bench.search import Timings, format_percentiles
from bench.search_database import open_url
from bookshop.app import Shop, create_app
from bookshop.database import open_database
from bookshop.office.addresses import ADDRESSES
from bookshop.staff.member import Role
from bookshop.staff.session_store import add_session
from bookshop.staff.store import add_member, find_member
from tests.builders import some_settings

Floor = Callable[[str, object], Awaitable[Any]]
# of p99, in the process, one request at a time
LIMITS_MS = {"sqlite": 20, "postgresql": 30}


@click.command()
@click.option("--orders", "order_count", default=1_000_000, show_default=True, help="Number of orders.")
@click.option("--books", "book_count", default=100_000, show_default=True, help="Number of books.")
@database_option
@keep_option
@click.option("--requests", default=200, show_default=True, help="Requests for each kind of page.")
@click.option("--only", default="", help="Measure only pages whose name contains this.")
def main(order_count: int, book_count: int, kind: str, keep: Path | None, requests: int, only: str) -> None:
    """Fill a shop with orders, request every page of its office, and print the times."""
    with open_url(kind, keep) as url:
        asyncio.run(run(url, order_count, book_count, requests, only))


async def run(url: str, order_count: int, book_count: int, requests: int, only: str) -> None:
    """Create the orders unless they exist, and measure."""
    await prepare(url, order_count, book_count)
    database = open_database(url)
    samples, token = await database.read(read_samples), await database.write(sign_in)
    await database.close()
    pages = list(list_pages(samples))
    if missing := find_missing(ADDRESSES, pages):
        raise click.ClickException(f"bench/office_pages.py has no row for {', '.join(missing)}.")
    app = create_app(some_settings(DATABASE_URL=url))
    async with app.test_app(), open_floor(url) as floor:
        # as the shop does when it starts
        gc.collect()
        gc.freeze()
        chosen = [page for page in pages if only in page.name]
        found = await measure(app, floor, chosen, token, requests)
    print_times(found, LIMITS_MS[make_url(url).get_backend_name()])


def sign_in(db: Connection) -> str:
    """Return the secret of a new session of an owner."""
    now = datetime.now(UTC)
    member = find_member(db, "Mei") or add_member(db, "Mei", Role.OWNER, now)
    return add_session(db, member.id, "password", now)


@asynccontextmanager
async def open_floor(url: str) -> AsyncIterator[Floor]:
    """Yield how a statement is executed by the driver alone."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(str(make_url(url).database))) as file:

            async def read(statement: str, value: object) -> None:
                file.execute(statement.format("?"), (value,)).fetchall()

            yield read
        return
    server = await asyncpg.connect(url)

    async def fetch(statement: str, value: object) -> None:
        await server.fetch(statement.format("$1"), value)

    yield fetch
    await server.close()


async def measure(
    app: Shop, floor: Floor, pages: list[Page], token: str, requests: int
) -> dict[str, Timings]:
    """Request all pages in a new order each round, and return the times of each kind."""
    chance, cookie = random.Random(1), f"staff={token}"
    found = {page.name: Timings() for page in pages}
    for number in range(requests + 1):
        for page in chance.sample(pages, len(pages)):
            path = page.paths[number % len(page.paths)]
            began, worked = time.perf_counter(), time.thread_time()
            status, body = await request(app, path, cookie)
            values = [time.perf_counter() - began, time.thread_time() - worked]
            if status != page.status and (page.status or status >= HTTPStatus.BAD_REQUEST):
                raise click.ClickException(f"{path}: {status}")
            if page.floor:
                began = time.perf_counter()
                await floor(page.floor, page.values[number % len(page.values)])
                values.append(time.perf_counter() - began)
            # the first round warms up
            if number:
                found[page.name].add(len(body), values)
    return found


def print_times(found: dict[str, Timings], limit: int) -> None:
    """Print a table; pages above the limit are marked."""
    click.echo(f"{'milliseconds, p50 and p99':<38}{'ALL':>16}{'OUR CPU':>16}{'FLOOR':>16}{'kB':>8}")
    for name, one in found.items():
        times = "".join(map(format_percentiles, one.values))
        mark = "  !" if percentile(one.values[0], 0.99) > limit else ""
        click.echo(f"{name:<38}{times}{one.hits / 1000:>8.0f}{mark}")


if __name__ == "__main__":
    main()
