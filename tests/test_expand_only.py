"""No migration takes away what the code before it uses: both serve one database."""

import ast
import tomllib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect
from sqlalchemy.engine.interfaces import ReflectedColumn

from bookshop.database import Database, open_database
from bookshop.migrations import FOLDER, find_revision, list_revisions
from tests.test_migrations import upgrade

# the last revision before the rule
BASE = "0018_open_disputes"
VERSION = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text())["project"]["version"]


@dataclass(frozen=True)
class Column:
    """What code that reads or writes a column relies on."""

    type: str
    is_nullable: bool
    # an INSERT that does not name the column works
    is_optional: bool


@dataclass(frozen=True)
class Table:
    """A table: its columns, and each rule that its rows must keep."""

    columns: dict[str, Column]
    rules: frozenset[str]


def read_tables(db: Connection) -> dict[str, Table]:
    """Read the schema as the database has it, however it was changed."""
    inspector, rules = inspect(db), defaultdict[str, set[str]](set)
    for (_, name), key in inspector.get_multi_pk_constraint().items():
        rules[name].add(f"primary key {key['constrained_columns']}")
    for (_, name), indexes in inspector.get_multi_indexes().items():
        rules[name].update(f"unique {index['column_names']}" for index in indexes if index["unique"])
    for (_, name), uniques in inspector.get_multi_unique_constraints().items():
        rules[name].update(f"unique {one['column_names']}" for one in uniques)
    for (_, name), checks in inspector.get_multi_check_constraints().items():
        rules[name].update(f"check {one['sqltext']}" for one in checks)
    for (_, name), keys in inspector.get_multi_foreign_keys().items():
        rules[name].update(f"{one['constrained_columns']} of {one['referred_table']}" for one in keys)
    tables = inspector.get_multi_columns().items()
    return {
        name: Table({column["name"]: read_column(column) for column in columns}, frozenset(rules[name]))
        for (_, name), columns in tables
    }


def read_column(column: ReflectedColumn) -> Column:
    is_filled = column["default"] is not None or column.get("autoincrement") is True
    return Column(str(column["type"]), column["nullable"], column["nullable"] or is_filled)


def find_breaks(before: dict[str, Table], after: dict[str, Table]) -> list[str]:
    """Return what the code before this change could no longer do."""
    breaks = [f"{name} is gone" for name in before.keys() - after.keys()]
    for name in before.keys() & after.keys():
        old, new = before[name], after[name]
        breaks += [f"{name}.{column} is gone" for column in old.columns.keys() - new.columns.keys()]
        breaks += [
            f"{name}.{column} is needed"
            for column in new.columns.keys() - old.columns.keys()
            if not new.columns[column].is_optional
        ]
        breaks += [
            f"{name}.{column} is another"
            for column in old.columns.keys() & new.columns.keys()
            if not is_wider(old.columns[column], new.columns[column])
        ]
        breaks += [f"{name}: new {rule}" for rule in new.rules - old.rules]
    return sorted(breaks)


def is_wider(old: Column, new: Column) -> bool:
    """Return whether all that could be written can be, and what is read has the same type."""
    return new.type == old.type and new.is_nullable >= old.is_nullable and new.is_optional >= old.is_optional


def contracted_by(revision: str) -> tuple[str, str] | None:
    """Return the revision and release that a contracting migration names in CONTRACTS."""
    for node in ast.parse((FOLDER / f"versions/{revision}.py").read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "CONTRACTS":
            expanding, release = ast.literal_eval(node.value)
            return expanding, release
    return None


def may_contract(revision: str) -> bool:
    """Return whether a migration names an expanding step of an earlier release."""
    if not (named := contracted_by(revision)):
        return False
    expanding, release = named
    return expanding in list_revisions() and expanding < revision and is_older(release, VERSION)


def is_older(release: str, other: str) -> bool:
    first, second = (tuple(map(int, each.split("."))) for each in (release, other))
    return first < second


async def in_empty_database(url: str, work: Callable[[Connection], None]) -> None:
    """Run work on a database without tables."""
    database = open_database(url)

    def run(db: Connection) -> None:
        if db.dialect.name == "postgresql":
            db.exec_driver_sql("DROP SCHEMA public CASCADE")
            db.exec_driver_sql("CREATE SCHEMA public")
        work(db)

    await database.write(run)
    await database.close()


async def test_every_migration_keeps_what_the_code_before_it_uses(database_url: str, tmp_path: Path) -> None:
    def check(db: Connection) -> None:
        upgrade(db, BASE)
        before = read_tables(db)
        for revision in list_revisions()[list_revisions().index(BASE) + 1 :]:
            upgrade(db, revision)
            after = read_tables(db)
            assert may_contract(revision) or find_breaks(before, after) == [], revision
            before = after

    url = f"sqlite:///{tmp_path}/empty.db" if database_url.startswith("sqlite") else database_url
    await in_empty_database(url, check)


async def read_revision(url: str) -> str | None:
    database = open_database(url)
    revision = await database.read(find_revision)
    await database.close()
    return revision


NUMBER = Column("INTEGER", is_nullable=False, is_optional=False)
BOOKS = Table({"isbn": NUMBER, "pages": NUMBER}, frozenset({"primary key ['isbn']"}))


@pytest.mark.parametrize(
    ("column", "is_break"),
    [
        (replace(NUMBER, is_optional=True), False),
        (replace(NUMBER, is_nullable=True, is_optional=True), False),
        (replace(NUMBER, type="TEXT"), True),
        (None, True),
    ],
)
def test_a_column_may_be_widened_and_nothing_else(column: Column | None, is_break: bool) -> None:
    columns = {"isbn": NUMBER, **({"pages": column} if column else {})}
    assert bool(find_breaks({"books": BOOKS}, {"books": replace(BOOKS, columns=columns)})) is is_break


CHANGES: dict[str, list[str]] = {
    "CREATE TABLE shelves (name TEXT NOT NULL)": [],
    "CREATE INDEX found_by ON staff (name)": [],
    "ALTER TABLE staff ADD COLUMN phone TEXT": [],
    "ALTER TABLE staff ADD COLUMN phone TEXT DEFAULT '' NOT NULL": [],
    "ALTER TABLE staff RENAME COLUMN name TO title": ["staff.name is gone", "staff.title is needed"],
    "ALTER TABLE recovery_codes RENAME TO codes": ["recovery_codes is gone"],
    "ALTER TABLE staff DROP COLUMN totp_step": ["staff.totp_step is gone"],
    "DROP TABLE used_challenges": ["used_challenges is gone"],
    "CREATE UNIQUE INDEX one_name ON staff (name)": ["staff: new unique ['name']"],
}


async def test_what_breaks_the_code_before_is_found_in_the_database(database: Database) -> None:
    def change(db: Connection) -> dict[str, list[str]]:
        before, found = read_tables(db), {}
        for statement in CHANGES:
            with db.begin_nested() as nested:
                db.exec_driver_sql(statement)
                found[statement] = find_breaks(before, read_tables(db))
                nested.rollback()
        return found

    assert await database.write(change) == CHANGES


@pytest.mark.parametrize(
    ("release", "other", "expected"),
    [("0.1.0", "0.1.0", False), ("0.9.0", "0.10.0", True), ("1.0.0", "0.9.0", False)],
)
def test_a_contracting_step_comes_a_release_after_the_expanding_one(
    release: str, other: str, expected: bool
) -> None:
    assert is_older(release, other) is expected


def test_only_a_named_expanding_step_of_an_earlier_release_lets_a_migration_contract(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = list_revisions()[-1]
    (tmp_path / "versions").mkdir()
    monkeypatch.setattr("tests.test_expand_only.FOLDER", tmp_path)
    for mark, expected in (
        ("", False),
        (f"CONTRACTS = ({BASE!r}, '0.0.9')", True),
        (f"CONTRACTS = ({BASE!r}, {VERSION!r})", False),
        (f"CONTRACTS = ({newest!r}, '0.0.9')", False),
        ("CONTRACTS = ('0017_unknown', '0.0.9')", False),
    ):
        (tmp_path / f"versions/{newest}.py").write_text(mark)
        assert may_contract(newest) is expected
