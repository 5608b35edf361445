"""How commands print."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

MAX_ROWS = 20


def format_time(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def echo_json(value: Any) -> None:
    click.echo(json.dumps(value, indent=2))


def echo_table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    """Print rows with their columns aligned."""
    # what a shopper typed must not move the terminal's cursor
    cells = [["".join(c if c.isprintable() else "?" for c in str(cell)) for cell in row] for row in rows]
    lines = [list(head), *cells] if head else cells
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def echo_first_rows(head: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> None:
    """Print at most MAX_ROWS rows, and how many more there are; nothing if there are none."""
    if rows:
        echo_table(head, rows[:MAX_ROWS])
    if len(rows) > MAX_ROWS:
        click.echo(f"… and {len(rows) - MAX_ROWS} more; --json lists them.")
