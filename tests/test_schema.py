"""The schema describes the database that the migrations create."""

import subprocess
import sys

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, inspect, text

from bookshop.database import Database
from bookshop.schema import metadata

# the search index has tables of its own, other ones on each kind of database
SEARCH_TABLES = {
    "sqlite": {"search": ["tokens"], "search_filter_tokens": ["rank", "tokens"]},
    "postgresql": {
        name: ["filter_tokens", "rank", "tokens"]
        for name in ("search", *(f"search_{number}" for number in range(8)))
    },
}
# made by SQLite for `search`
FTS5_TABLES = {f"search_{name}" for name in ("config", "content", "data", "docsize", "idx")}


def is_described(name: str | None, kind: str, _: object) -> bool:
    """Return whether the schema describes an object."""
    return not (kind == "table" and str(name).partition("_")[0] == "search")


def defaults_differ(
    context: MigrationContext, _: object, __: object, found: str | None, ___: object, described: str | None
) -> bool | None:
    """Compare the defaults of a column; None leaves it to Alembic, which errs on SQLite."""
    if context.dialect.name == "postgresql":
        return None
    return str(found).strip("(')") != str(described)


async def test_the_migrations_create_what_the_schema_describes(database: Database) -> None:
    def differences(db: Connection) -> object:
        options = {
            "compare_type": True,
            "compare_server_default": defaults_differ,
            "include_name": is_described,
        }
        return compare_metadata(MigrationContext.configure(db, opts=options), metadata)

    assert await database.read(differences) == []


async def test_the_migrations_create_every_check_of_the_schema(database: Database) -> None:
    def list_checks(db: Connection) -> dict[str, dict[str, str]]:
        inspector = inspect(db)
        return {
            table: {str(check["name"]): check["sqltext"] for check in inspector.get_check_constraints(table)}
            for table in metadata.tables
        }

    found = await database.read(list_checks)
    described = {
        name: {
            str(check.name): str(check.sqltext)
            for check in table.constraints
            if isinstance(check, CheckConstraint)
        }
        for name, table in metadata.tables.items()
    }
    if await database.read(lambda db: db.dialect.name) == "sqlite":
        assert found == described
    # PostgreSQL rewrites the conditions
    assert {name: set(checks) for name, checks in found.items()} == {
        name: set(checks) for name, checks in described.items()
    }


async def test_the_migrations_create_the_tables_of_the_search_index(database: Database) -> None:
    def list_search_tables(db: Connection) -> dict[str, list[str]]:
        inspector = inspect(db)
        names = {name for name in inspector.get_table_names() if name.startswith("search")}
        return {
            name: sorted(column["name"] for column in inspector.get_columns(name))
            for name in names - FTS5_TABLES
        }

    dialect = await database.read(lambda db: db.dialect.name)
    assert await database.read(list_search_tables) == SEARCH_TABLES[dialect]


async def test_the_tokens_of_facets_are_sorted_by_their_bytes(database: Database) -> None:
    tokens = ["A-b", "a-", "a-B", "a`", "aa"]

    def add_facets(db: Connection) -> None:
        for token in reversed(tokens):
            db.execute(text("INSERT INTO facet_counts (token, books) VALUES (:token, 1)"), {"token": token})

    def list_facets(db: Connection) -> list[str]:
        return list(db.execute(text("SELECT token FROM facet_counts ORDER BY token")).scalars())

    await database.write(add_facets)
    assert await database.read(list_facets) == tokens


def test_a_shop_on_sqlite_does_not_load_the_other_dialect() -> None:
    code = "import sys, bookshop.app; print('sqlalchemy.dialects.postgresql' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
