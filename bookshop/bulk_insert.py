"""Many new rows at once."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table


def add_rows(db: Connection, table: Table, names: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
    """Write new rows of a table, each with the values of these columns."""
    if not rows:
        return
    if db.dialect.name == "sqlite":
        # given to the driver as they are, which is the half of the work of many rows
        db.exec_driver_sql(_insertion(table, names), _as_stored(rows, _changes(table, names, db.dialect)))
    else:
        db.execute(table.insert(), [dict(zip(names, row, strict=True)) for row in rows])


@lru_cache
def _insertion(table: Table, names: tuple[str, ...]) -> str:
    places = ", ".join("?" * len(names))
    return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({places})"  # noqa: S608 - names of ours


@lru_cache
def _changes(table: Table, names: tuple[str, ...], dialect: Dialect) -> dict[int, Callable[[Any], Any]]:
    """How the values of some columns are stored, by the number of the column."""
    found = (table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names)
    return {number: change for number, change in enumerate(found) if change}


def _as_stored(
    rows: Sequence[tuple[Any, ...]], changes: dict[int, Callable[[Any], Any]]
) -> list[tuple[Any, ...]]:
    columns = list(zip(*rows, strict=True))
    for number, change in changes.items():
        columns[number] = tuple(map(change, columns[number]))
    return list(zip(*columns, strict=True))
