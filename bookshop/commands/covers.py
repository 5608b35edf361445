"""`bookshop covers`: import pictures of covers from files or from links in feeds."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click
from tqdm import tqdm

from bookshop.commands.output import echo_json, echo_table
from bookshop.commands.runner import run_with_database
from bookshop.covers.candidate_files import count_candidates
from bookshop.covers.cover_report import CoverReport
from bookshop.covers.errors import CoverFolderError
from bookshop.covers.import_cover_files import import_files
from bookshop.covers.import_cover_links import import_links
from bookshop.covers.store import count_cover_links
from bookshop.database import Database
from bookshop.settings import settings_or_exit

DOWNLOADS_ARE_OFF = (
    "Downloading covers is off, because your server would fetch addresses that others wrote. "
    "Set DOWNLOAD_COVERS=1 to allow it."
)


def import_covers(source: Path, *, as_json: bool) -> None:
    """Import the pictures of a folder or zip, and print the result."""
    settings = settings_or_exit()

    async def run(database: Database) -> CoverReport:
        if not count_candidates(source):
            raise click.ClickException(f"{source} has no files in it. Name a folder or zip with pictures.")
        return await import_with_progress(database, settings.covers_dir, source)

    echo_report(run_with_database(settings, run), as_json=as_json)


async def import_with_progress(database: Database, covers_dir: Path, source: Path) -> CoverReport:
    """Import the pictures of a folder or zip; raises ClickException if they cannot be stored."""
    with tqdm(total=count_candidates(source), unit="cover", disable=None) as bar, storing_covers():
        return await import_files(database, covers_dir, source, bar.update)


def download_covers(*, as_json: bool) -> None:
    """Download the pictures that feeds link to, and print the result."""
    settings = settings_or_exit()
    if not settings.download_covers:
        raise click.ClickException(DOWNLOADS_ARE_OFF)

    async def download(database: Database) -> CoverReport:
        total = await database.read(count_cover_links)
        with tqdm(total=total, unit="cover", disable=None) as bar, storing_covers():
            return await import_links(database, settings.covers_dir, bar.update)

    echo_report(run_with_database(settings, download), as_json=as_json)


@contextmanager
def storing_covers() -> Iterator[None]:
    """Turn a failure to write into one line that names the setting."""
    try:
        yield
    except CoverFolderError as problem:
        raise click.ClickException(f"Covers cannot be stored: {problem}. Check COVERS_DIR.") from None


def echo_report(report: CoverReport, *, as_json: bool) -> None:
    """Print the result, and exit with 1 if no picture could be used."""
    if as_json:
        echo_json(asdict(report))
    else:
        if report.refused:
            echo_table(("REFUSED", "REASON"), [(one.name, one.reason) for one in report.refused])
        for name in report.unknown:
            click.echo(f"No book with this ISBN: {name}")
        click.echo(
            f"{report.imported} imported, {report.unchanged} unchanged, {report.kept_own} kept, "
            f"{len(report.unknown)} without a book, {len(report.refused)} refused."
        )
    sys.exit(1 if report.has_failed else 0)
