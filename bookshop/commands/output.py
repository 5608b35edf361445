"""What commands print."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click


def moment_text(moment: datetime, zone: ZoneInfo) -> str:
    """A moment by the shop's clock."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def echo_json(value: Any) -> None:
    """Print what a program reads."""
    click.echo(json.dumps(value, indent=2))


def echo_table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    """Print rows with their columns aligned."""
    # what a shopper typed must not move the terminal's cursor
    cells = [["".join(c if c.isprintable() else "?" for c in str(cell)) for cell in row] for row in rows]
    lines = [list(head), *cells] if head else cells
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
