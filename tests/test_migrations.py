"""Migrations create the tables once, and refuse a database that they cannot upgrade."""

import ast
import random
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Integer, inspect, text

from bookshop.app import Shop
from bookshop.database import Database, open_database
from bookshop.fulfilment.copies import CopyState, LineCopies
from bookshop.fulfilment.copy_store import list_copies
from bookshop.migrations import (
    FOLDER,
    IncompatibleDatabase,
    SchemaState,
    compare_revision,
    find_revision,
    list_revisions,
    migrate,
)
from bookshop.orders.payment_attempt import AttemptState, PaymentAttempt, PaymentMethod
from bookshop.orders.store import find_order
from tests.audit import audit
from tests.builders import ENVIRONMENT, store_book
from tests.processes import free_port
from tests.search.sample_catalogue import some_book
from tests.server.test_supervisor import run


async def test_migrating_again_changes_nothing(database: Database) -> None:
    def raise_counter(db: Connection) -> None:
        db.execute(text("UPDATE counters SET value = 1007 WHERE name = 'order'"))

    await database.write(raise_counter)
    await database.write(migrate)
    assert await database.read(find_revision) == list_revisions()[-1]
    assert await database.read(read_counters) == {
        "order": 1007,
        "events-claimed": 0,
        "events-read": 0,
        "synced-movements": 0,
    }


def read_counters(db: Connection) -> dict[str, int]:
    return {row.name: row.value for row in db.execute(text("SELECT name, value FROM counters"))}


def test_the_newest_revision_is_known_without_alembic() -> None:
    assert ScriptDirectory(FOLDER).get_heads() == [list_revisions()[-1]]


def test_no_migration_imports_code_of_ours() -> None:
    for file in FOLDER.glob("versions/*.py"):
        imports = [
            node
            for node in ast.walk(ast.parse(file.read_text()))
            if isinstance(node, ast.Import | ast.ImportFrom)
        ]
        assert not [node for node in imports if "bookshop" in ast.unparse(node)], file.name


NEWEST = list_revisions()[-1]


@pytest.mark.parametrize(
    ("revision", "state"),
    [
        (NEWEST, SchemaState.CURRENT),
        (None, SchemaState.OUT_OF_DATE),
        *((revision, SchemaState.OUT_OF_DATE) for revision in list_revisions()[:-1]),
        (f"{int(NEWEST[:4]) + 1:04}_tomorrow", SchemaState.NEWER),
        ("10000_in_years", SchemaState.NEWER),
        (f"{NEWEST}_of_a_fork", SchemaState.INCOMPATIBLE),
        ("0001", SchemaState.INCOMPATIBLE),
        ("8f3a2c", SchemaState.INCOMPATIBLE),
    ],
)
def test_a_revision_is_known_newer_or_another_versions(revision: str | None, state: SchemaState) -> None:
    assert compare_revision(revision) is state


@pytest.mark.parametrize(
    ("revision", "is_served"), [(NEWEST, True), ("9999_tomorrow", True), (list_revisions()[-2], False)]
)
async def test_a_process_that_runs_goes_on_after_the_update_of_another(
    revision: str, is_served: bool, shop: Shop, database_url: str
) -> None:
    database = open_database(database_url)
    await database.write(set_revision, revision)
    await database.close()
    response = await shop.test_client().get("/readyz")
    assert (response.status_code, (await response.get_json())["database"]) == (
        (200, "ok") if is_served else (503, "schema")
    )


async def test_no_older_code_starts_on_a_newer_schema(sqlite_url: str, tmp_path: Path) -> None:
    database = open_database(sqlite_url)
    await database.write(set_revision, "9999_tomorrow")
    for command_line in (["serve", "--bind", f"127.0.0.1:{free_port()}"], ["migrate"], ["orders"]):
        done = run(command_line, tmp_path, **ENVIRONMENT, DATABASE_URL=sqlite_url)
        assert done.returncode == 1
        (line,) = done.stderr.splitlines()
        assert "The database belongs to a newer version of Bookshop (9999_tomorrow)." in line
        assert "`bookshop restore`" in line
    assert await database.read(find_revision) == "9999_tomorrow"
    await database.close()


def set_revision(db: Connection, revision: str) -> None:
    db.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


@pytest.mark.parametrize("revision", ["0001", "0002", "0003", "0004", "0005", "9999_tomorrow"])
async def test_a_database_of_another_version_is_refused_and_kept(revision: str, database: Database) -> None:
    await database.write(set_revision, revision)
    with pytest.raises(IncompatibleDatabase, match=revision):
        await database.write(migrate)
    assert await database.read(find_revision) == revision
    assert await database.read(read_counters)


async def test_the_command_refuses_an_older_database_in_one_line(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/old.db"
    database = open_database(url)
    await database.write(make_older_database)
    done = run(["migrate"], tmp_path, **ENVIRONMENT, DATABASE_URL=url)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "Error: The database has the schema of another version of Bookshop (0005), which cannot be upgraded. "
        "Set DATABASE_URL to an empty database and run `bookshop migrate` again.\n"
    )
    assert await database.read(list_tables) == ["alembic_version", "books"]
    await database.close()


def make_older_database(db: Connection) -> None:
    for statement in (
        "CREATE TABLE books (isbn VARCHAR(13) PRIMARY KEY)",
        "CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)",
        "INSERT INTO alembic_version VALUES ('0005')",
    ):
        db.execute(text(statement))


def list_tables(db: Connection) -> list[str]:
    return sorted(inspect(db).get_table_names())


async def test_an_order_of_the_first_revision_is_kept(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/first.db")
    await database.write(make_first_revision)
    await database.write(migrate)
    order = await database.read(find_order, "token")
    assert order
    assert (order.name, order.single_item) == ("A Reader", "")
    # it was promised the whole time to pay
    assert (order.payment_began_at, order.shopper_hash) == (order.placed_at, None)
    await database.close()


@pytest.mark.parametrize(
    ("intent_id", "superseded_id", "version", "expected"),
    [
        ("pi_1", "", 1, PaymentAttempt(intent_id="pi_1")),
        ("cs_1", "", 2, PaymentAttempt(2, PaymentMethod.HOSTED, session_id="cs_1")),
        ("", "pi_1", 2, PaymentAttempt(1, state=AttemptState.SUPERSEDED, intent_id="pi_1")),
        ("", "", 3, PaymentAttempt(3)),
    ],
)
async def test_the_payment_of_an_earlier_order_becomes_its_attempt(
    tmp_path: Path, intent_id: str, superseded_id: str, version: int, expected: PaymentAttempt
) -> None:
    database = open_database(f"sqlite:///{tmp_path}/first.db")
    await database.write(make_first_revision)
    values = {"intent": intent_id, "superseded": superseded_id, "version": version}
    set_ids = "intent_id = :intent, superseded_intent_id = :superseded, intent_version = :version"

    def pay(db: Connection) -> None:
        db.execute(text(f"UPDATE orders SET {set_ids}"), values)  # noqa: S608 - our own columns
        for event_id, kind in (("evt_1", "payment_intent.succeeded"), ("evt_2", "refund.created")):
            db.execute(
                text("INSERT INTO stripe_events VALUES (:id, :kind, 'pi_1', '2026-01-01 00:00:00')"),
                {"id": event_id, "kind": kind},
            )

    await database.write(pay)
    await database.write(migrate)
    order = await database.read(find_order, "token")
    assert order
    assert order.attempt == expected
    unhandled = await database.read(lambda db: db.execute(text(UNHANDLED)).scalars().all())
    # the order of the intent is not due; what may concern another one is still looked for
    assert unhandled == ([] if expected.intent_id else ["evt_2"])
    await database.close()


UNHANDLED = "SELECT id FROM stripe_events WHERE handled_at IS NULL"


def make_first_revision(db: Connection) -> None:
    """Create the first tables with an order, as the first revision wrote it."""
    upgrade(db, "0001_first")
    add_row(db, "orders", **AN_ORDER, payment="open")


DAY = "2026-01-01 00:00:00+00:00"
AN_ORDER = {
    "id": "1",
    "token": "token",
    "name": "A Reader",
    "delivery": "collect",
    "currency": "SGD",
    "placed_at": DAY,
    "refreshed_at": DAY,
}


def upgrade(db: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = db
    command.upgrade(config, revision)


def add_row(db: Connection, table: str, **values: str | int) -> None:
    """Write a row with these values, and 0 or empty in columns that need one."""
    needed: dict[str, str | int] = {
        column["name"]: 0 if isinstance(column["type"], Integer) else ""
        for column in inspect(db).get_columns(table)
        if not column["nullable"] and column["default"] is None and column["name"] != "id"
    }
    row = {**needed, **values}
    written = ", ".join(f"'{value}'" if isinstance(value, str) else str(value) for value in row.values())
    db.exec_driver_sql(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({written})")  # noqa: S608 - our own


async def test_orders_that_were_paid_before_count_as_packed(database_url: str, tmp_path: Path) -> None:
    is_sqlite = database_url.startswith("sqlite")
    database = open_database(f"sqlite:///{tmp_path}/earlier.db" if is_sqlite else database_url)

    def check(db: Connection) -> None:
        if not is_sqlite:
            db.exec_driver_sql("DROP SCHEMA public CASCADE")
            db.exec_driver_sql("CREATE SCHEMA public")
        upgrade(db, "0008_applied_notifications")
        store_paid_before(db)
        migrate(db)
        assert list_copies(db, "1") == (
            LineCopies(0, BOOK, {**NO_COPIES, CopyState.PACKED: 2, CopyState.RETURNED: 1}),
            LineCopies(1, OTHER, {**NO_COPIES, CopyState.PACKED: 2}),
        )
        assert [each for each in audit(db) if each.rule not in OF_PAYMENTS] == []

    await database.write(check)
    await database.close()


BOOK, OTHER = "9780000000002", "9780000000019"
NO_COPIES = dict.fromkeys(CopyState, 0)
OF_PAYMENTS = ("paid", "payment", "attempt", "total", "number")


def store_paid_before(db: Connection) -> None:
    """Store a paid order: copies from the shelf, of which one came back, and ordered-in ones."""
    add_row(db, "orders", **AN_ORDER, payment="paid", paid_at=DAY, total_minor=1)
    add_row(db, "refunds", id="re", order_id="1", requested_at=DAY, status="succeeded", amount_minor=1)
    for position, (isbn, quantity, to_order) in enumerate(((BOOK, 3, 0), (OTHER, 2, 2))):
        add_row(db, "books", isbn=isbn, listed_on="2026-01-01")
        add_row(db, "stock", isbn=isbn, on_hand=7 if isbn == BOOK else 0)
        line: dict[str, str | int] = {"isbn": isbn, "quantity": quantity, "to_order": to_order}
        add_row(db, "order_lines", order_id="1", position=position, **line)
    moved = [("received", "x", 9), ("reserved", "1", 3), ("sold", "1", 3), ("returned", "re", 1)]
    for kind, cause, quantity in moved:
        add_row(db, "stock_movements", isbn=BOOK, kind=kind, cause=cause, quantity=quantity, moved_at=DAY)


async def test_the_books_of_an_earlier_database_are_sorted_as_new_ones(database: Database) -> None:
    chance = random.Random(3)

    def store(db: Connection) -> list[Any]:
        for _ in range(30):
            store_book(db, some_book(chance))
        keys = db.execute(LIST_SORT_KEYS).all()
        for statement in (
            "DROP INDEX ix_books_series_key",
            "DROP INDEX ix_order_copies_gone",
            "DROP TABLE sort_keys",
            "DROP TABLE sales",
            "DROP TABLE bought_together",
            "DROP TABLE recoveries",
            "DROP TABLE lost_orders",
        ):
            db.execute(text(statement))
        set_revision(db, "0020_names")
        return list(keys)

    before = await database.write(store)
    await database.write(migrate)
    assert await database.read(lambda db: list(db.execute(LIST_SORT_KEYS).all())) == before
    assert len(before) == 30


LIST_SORT_KEYS = text("SELECT * FROM sort_keys ORDER BY rank")
