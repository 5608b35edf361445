"""The database of bench.office: orders of every kind, copied with other ids and days."""

import random
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import asyncpg
import click
from sqlalchemy import Column, Connection, String, Table, Text, make_url, select

from bench import search_database
from bench.catalogue import Library
from bookshop.database import open_database
from bookshop.mail.compose import compose
from bookshop.mail.mail_row import to_mail
from bookshop.migrations import migrate
from bookshop.schema import books, mails, metadata, orders
from bookshop.schema.columns import UtcDateTime
from tests.builders import a_book, some_settings, store_book
from tests.office.order_kinds import EMAIL, KINDS, NAME, PREORDER_DAYS, find_request_id, write_kinds

BATCH = 20_000
MAX_LINES = 3
# after those of the orders that are copied
FIRST_NUMBER = 2000
# of orders that wait, and of mails that have kept their text
RECENT_SHARE = 0.05
SPAN_SECONDS = timedelta(days=5 * 365).total_seconds()
PLAN = (
    "n",
    "template",
    "request",
    "id",
    "token",
    "number",
    "seconds",
    "is_recent",
    "name",
    "given",
    "family",
    "email",
)
ISBNS = tuple(f"isbn{position}" for position in range(MAX_LINES))
SHOP = some_settings(SHOP_EMAIL="hello@example.com")
Template = dict[str, Any]


async def prepare(url: str, order_count: int, book_count: int) -> None:
    """Create the orders unless they exist, and bring the database up to date."""
    database = open_database(url)
    if not await database.read(search_database.has_tables):
        await build(url, order_count, book_count)
    await database.write(migrate)
    await database.close()


async def build(url: str, order_count: int, book_count: int) -> None:
    """Fill an empty database with a catalogue, and orders of all kinds."""
    await search_database.build(url, book_count)
    database = open_database(url)
    isbns = list(await database.read(lambda db: db.execute(select(books.c.isbn)).scalars()))
    templates = await database.write(write_templates)
    await database.close()
    began = time.perf_counter()
    plan = plan_orders(templates, isbns, order_count)
    statements = list_statements(templates, order_count, is_sqlite=url.startswith("sqlite"))
    if url.startswith("sqlite"):
        run_sqlite(str(make_url(url).database), plan, statements)
    else:
        await run_postgresql(url, plan, statements)
    click.echo(f"orders {time.perf_counter() - began:.0f} s")


def write_templates(db: Connection) -> dict[str, list[Template]]:
    """Store one order of every kind; return all rows about them, by table."""
    samples = [store_book(db, a_book(stock=1000)) for _ in range(MAX_LINES)]
    placed = list(write_kinds(db, samples))
    db.execute(mails.update().where(mails.c.state == "queued").values(state="sent", due_at=None))
    for row in db.execute(select(mails)).all():
        text = asdict(compose(db, SHOP, to_mail(row)))
        db.execute(mails.update().where(mails.c.id == row.id).values({**text, "sent_at": row.created_at}))
    found = {}
    for table in metadata.sorted_tables:
        if (key := order_key(table)) is not None:
            rows = db.execute(select(table).where(key.in_([order.id for order in placed])))
            found[table.name] = [dict(row._mapping) for row in rows]
    found["bench"] = [
        {"id": order.id, "request": find_request_id(db, order.id), "isbns": [book.isbn for book in samples]}
        for order in placed
    ]
    return {name: rows for name, rows in found.items() if rows}


def order_key(table: Table) -> Column[Any] | None:
    """Return the column that names the order of a row."""
    return table.c.id if table is orders else table.c.get("order_id")


def plan_orders(
    templates: dict[str, list[Template]], isbns: Sequence[str], count: int
) -> Iterator[tuple[Any, ...]]:
    """Plan all orders, the oldest first: of which kind each is, whose, and of which books."""
    chance, library = random.Random(1), Library()
    kinds = list(zip(templates["bench"], KINDS, strict=True))
    old = [kind.weight for _, kind in kinds]
    recent_count = max(int(count * RECENT_SHARE), 1)
    waiting = sum(kind.waiting for _, kind in kinds) / 1_000_000 * count
    share = min(waiting / recent_count, 0.9)
    recent = [
        kind.weight / sum(old) * (1 - share) + kind.waiting / 1_000_000 * count / waiting * share
        for _, kind in kinds
    ]
    for n in range(count):
        is_recent = n >= count - recent_count
        template, kind = chance.choices(kinds, recent if is_recent else old)[0]
        first, surname = library.first_names.choose(chance, 1)[0], library.surnames.choose(chance, 1)[0]
        order_id = chance.randbytes(16).hex()
        days = PREORDER_DAYS * 86400 if "pre-ordered" in kind.name else SPAN_SECONDS
        yield (
            n,
            template["id"],
            template["request"],
            order_id,
            chance.randbytes(11).hex(),
            FIRST_NUMBER + n,
            int((count - n) * SPAN_SECONDS / count) % int(days),
            int(is_recent),
            f"{first} {surname}",
            first.lower(),
            surname.lower(),
            f"{first}.{surname}{n % 1000}@example.com".lower(),
            # some books sell far better than most
            *(
                isbns[int(len(isbns) // MAX_LINES * chance.random() ** 2) * MAX_LINES + at]
                for at in range(MAX_LINES)
            ),
        )


def list_statements(
    templates: dict[str, list[Template]], count: int, *, is_sqlite: bool
) -> Iterator[tuple[str, int]]:
    """Return the statements that copy all orders, each with how many orders it completes."""
    tables = [table for table in metadata.sorted_tables if table.name in templates]
    for table in tables:
        key = "id" if table is orders else "order_id"
        kept = ", ".join(f"'{template['id']}'" for template in templates["bench"])
        yield f"CREATE TABLE bench_{table.name} AS SELECT * FROM {table.name} WHERE {key} IN ({kept})", 0  # noqa: S608 - names of ours
    for first in range(0, count, BATCH):
        last = min(first + BATCH, count)
        for table in tables:
            yield copy_statement(table, templates, first, last, is_sqlite=is_sqlite), 0
        yield "SELECT 1", last - first
    yield STOCK, 0
    yield f"UPDATE counters SET value = {FIRST_NUMBER + count} WHERE name = 'order'", 0  # noqa: S608 - a number
    for name in ("plan", *(table.name for table in tables)):
        yield f"DROP TABLE bench_{name}", 0


# the copies that orders have on the shelf, and some for sale
STOCK = """
INSERT INTO stock (isbn, on_hand, reserved, paid)
SELECT isbn, SUM(in_stock) + 3, SUM(in_stock), SUM(in_stock)
FROM order_copies WHERE in_stock > 0 GROUP BY isbn
ON CONFLICT (isbn) DO UPDATE SET
    on_hand = excluded.on_hand, reserved = excluded.reserved, paid = excluded.paid
"""


def copy_statement(
    table: Table, templates: dict[str, list[Template]], first: int, last: int, *, is_sqlite: bool
) -> str:
    """Return the statement that copies a table's rows for the orders from first to last."""
    # the database numbers such rows itself
    columns = [
        column for column in table.c if not (column.name == "id" and not isinstance(column.type, String))
    ]
    values = [
        copied_value(column, templates, is_sqlite=is_sqlite).replace("{old}", f"old.{column.name}")
        for column in columns
    ]
    key = "id" if table is orders else "order_id"
    return (
        f"INSERT INTO {table.name} ({', '.join(column.name for column in columns)})"  # noqa: S608 - names of ours
        f" SELECT {', '.join(values)} FROM bench_plan AS new CROSS JOIN bench_{table.name} AS old"
        f" WHERE new.template = old.{key} AND new.n >= {first} AND new.n < {last}"
    )


def copied_value(column: Column[Any], templates: dict[str, list[Template]], *, is_sqlite: bool) -> str:
    """Return the SQL of a column's value in the copy of a row."""
    name = f"{column.table.name}.{column.name}"
    if name in OWN_VALUES:
        return OWN_VALUES[name]
    if name in ("order_lines.title", "order_lines.byline"):
        isbn = copied_value(column.table.c.isbn, templates, is_sqlite=is_sqlite).format(old="old.isbn")
        return f"(SELECT {column.name} FROM books WHERE books.isbn = {isbn})"  # noqa: S608 - names of ours
    if isinstance(column.type, UtcDateTime):
        if column.name == "not_before":
            return "{old}"
        if is_sqlite:
            return "strftime('%Y-%m-%d %H:%M:%f', {old}, '-' || new.seconds || ' seconds') || '000'"
        return "{old} - make_interval(secs => new.seconds)"
    if not isinstance(column.type, (String, Text)):
        return "{old}"
    found = "\n".join(str(row[column.name]) for row in templates[column.table.name])
    value = "{old}"
    for old, sql, new in replacements(templates["bench"]):
        if any(text and text in found for text in old):
            value = f"replace({value}, {sql}, {new})"
    if name in ("mails.plain", "mails.html"):
        value = f"CASE WHEN new.is_recent = 1 THEN {value} ELSE '' END"
    return value


OWN_VALUES = {
    "orders.token": "new.token",
    "orders.number": "CASE WHEN {old} IS NULL THEN NULL ELSE new.number END",
    "order_copies.order_number": "new.number",
}


def replacements(kinds: list[Template]) -> Iterator[tuple[list[str], str, str]]:
    """Return the texts to replace, each with the SQL of the old and of the new one."""
    yield [kind["id"] for kind in kinds], "new.template", "new.id"
    yield [kind["request"] for kind in kinds], "new.request", "new.id"
    yield [NAME], f"'{NAME}'", "new.name"
    yield [EMAIL], f"'{EMAIL}'", "new.email"
    for word, column in zip(NAME.lower().split(), ("given", "family"), strict=True):
        yield [word], f"'{word}'", f"new.{column}"
    for isbn, column in zip(kinds[0]["isbns"], ISBNS, strict=True):
        yield [isbn], f"'{isbn}'", f"new.{column}"


PLAN_TYPES = dict.fromkeys(("n", "number", "seconds", "is_recent"), "integer")
CREATE_PLAN = "CREATE TABLE bench_plan (n integer PRIMARY KEY, {})".format(
    ", ".join(f"{name} {PLAN_TYPES.get(name, 'text')}" for name in (*PLAN[1:], *ISBNS))
)


def run_sqlite(path: str, plan: Iterable[tuple[Any, ...]], statements: Iterable[tuple[str, int]]) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("synchronous = OFF", "cache_size = -1500000", "temp_store = MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(CREATE_PLAN)
    marks = ", ".join("?" * (len(PLAN) + len(ISBNS)))
    connection.execute("BEGIN")
    connection.executemany(f"INSERT INTO bench_plan VALUES ({marks})", plan)  # noqa: S608 - question marks
    connection.execute("COMMIT")
    for statement, done in statements:
        connection.execute(statement)
        report(done)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


async def run_postgresql(
    url: str, plan: Iterable[tuple[Any, ...]], statements: Iterable[tuple[str, int]]
) -> None:
    # without checks of foreign keys, and without waiting for the disk
    settings = {"session_replication_role": "replica", "synchronous_commit": "off"}
    connection = await asyncpg.connect(url, server_settings=settings)
    await connection.execute(CREATE_PLAN)
    await connection.copy_records_to_table("bench_plan", records=plan)
    for statement, done in statements:
        await connection.execute(statement)
        report(done)
    await connection.execute("VACUUM ANALYZE")
    await connection.close()


def report(done: int) -> None:
    """Print a dot for each completed batch."""
    click.echo("." if done else "", nl=False)
