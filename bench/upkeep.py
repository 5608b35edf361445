"""Measure the commands that keep a large shop safe: python -m bench.upkeep --keep office.db."""

import asyncio
import tempfile
from pathlib import Path

import click

from bench.office_database import prepare
from bench.options import database_option, keep_option
from bench.run_command import run_command
from bench.search_database import open_url


@click.command()
@click.option("--orders", "order_count", default=1_000_000, show_default=True, help="Number of orders.")
@click.option("--books", "book_count", default=100_000, show_default=True, help="Number of books.")
@database_option
@keep_option
def main(order_count: int, book_count: int, kind: str, keep: Path | None) -> None:
    """Fill a shop with orders, and print what each command takes."""
    with open_url(kind, keep) as url, tempfile.TemporaryDirectory(dir=keep and keep.parent) as name:
        asyncio.run(prepare(url, order_count, book_count))
        folder, backup = Path(name), str(Path(name) / "shop.tar.zst")
        settings = {
            "DATABASE_URL": url,
            "BACKUPS_DIR": str(folder / "backups"),
            "COVERS_DIR": str(folder / "covers"),
        }
        for arguments in (
            ["doctor"],
            ["audit"],
            ["backup", backup],
            ["backup", "--verify", backup],
            ["restore", "--yes", backup],
            ["restore", "--yes", "--undo"],
        ):
            run = run_command(settings, *arguments)
            shown = " ".join(part for part in arguments if part != backup)
            click.echo(f"{shown}: {run}, status {run.status}")
        click.echo(f"the backup: {Path(backup).stat().st_size / 1e6:,.0f} MB")


if __name__ == "__main__":
    main()
