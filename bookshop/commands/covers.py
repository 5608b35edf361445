"""The command that takes pictures of covers."""

import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path

import click
from tqdm import tqdm

from bookshop.commands.output import echo_json, echo_table
from bookshop.commands.shop import run_in_database
from bookshop.covers.import_covers import Report, count_files, take_covers, take_linked_covers
from bookshop.covers.picture_files import CannotStore
from bookshop.covers.store import count_cover_links
from bookshop.database import Database
from bookshop.settings import Settings, settings_or_exit

LINKS_ARE_OFF = (
    "Downloading is off, since it makes your server ask addresses that others have written: "
    "set COVER_LINKS=1 to allow it."
)


def take_files_and_print(source: Path, *, as_json: bool) -> None:
    """Take the pictures of a folder or zip, and print what became of them."""
    settings = settings_or_exit()

    async def take(database: Database) -> Report:
        with tqdm(total=count_files(source), unit="cover", disable=None) as bar:
            return await take_covers(database, settings.covers_dir, source, bar.update)

    print_report(take_or_stop(settings, take), as_json=as_json)


def take_links_and_print(*, as_json: bool) -> None:
    """Take the pictures that feeds link to, and print what became of them."""
    settings = settings_or_exit()
    if not settings.cover_links:
        raise click.ClickException(LINKS_ARE_OFF)

    async def take(database: Database) -> Report:
        with tqdm(total=await database.read(count_cover_links), unit="cover", disable=None) as bar:
            return await take_linked_covers(database, settings.covers_dir, bar.update)

    print_report(take_or_stop(settings, take), as_json=as_json)


def take_or_stop(settings: Settings, take: Callable[[Database], Awaitable[Report]]) -> Report:
    """Run on the shop's database; what fails is one line."""
    try:
        return run_in_database(settings, take)
    except CannotStore as problem:
        raise click.ClickException(f"Covers cannot be stored: {problem}.") from None


def print_report(report: Report, *, as_json: bool) -> None:
    """Print what became of all pictures; exits with 1 when none could be used."""
    if as_json:
        echo_json(asdict(report))
    else:
        if report.refused:
            echo_table(("REFUSED", "WHY"), [(one.name, one.reason) for one in report.refused])
        for name in report.unknown:
            click.echo(f"No book of yours: {name}")
        click.echo(
            f"{report.taken} taken, {report.unchanged} unchanged, {report.kept} kept, "
            f"{len(report.unknown)} of no book, {len(report.refused)} refused."
        )
    sys.exit(1 if report.is_useless else 0)
