"""Insert many rows at once."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table


def insert_rows(
    db: Connection, table: Table, names: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert rows with the values of the named columns."""
    if not rows:
        return
    if db.dialect.name == "sqlite":
        # passed to the driver directly, which halves the time for many rows
        converters = column_converters(table, names, db.dialect)
        db.exec_driver_sql(insert_statement(table, names), convert_rows(rows, converters))
    else:
        db.execute(table.insert(), [dict(zip(names, row, strict=True)) for row in rows])


@lru_cache
def insert_statement(table: Table, names: tuple[str, ...]) -> str:
    placeholders = ", ".join("?" * len(names))
    return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({placeholders})"  # noqa: S608 - names of ours


@lru_cache
def column_converters(
    table: Table, names: tuple[str, ...], dialect: Dialect
) -> dict[int, Callable[[Any], Any]]:
    """Return the converters of the columns that need one, by the number of the column."""
    processors = (table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names)
    return {number: processor for number, processor in enumerate(processors) if processor}


def convert_rows(
    rows: Sequence[tuple[Any, ...]], converters: dict[int, Callable[[Any], Any]]
) -> list[tuple[Any, ...]]:
    columns = list(zip(*rows, strict=True))
    for number, convert in converters.items():
        columns[number] = tuple(map(convert, columns[number]))
    return list(zip(*columns, strict=True))
