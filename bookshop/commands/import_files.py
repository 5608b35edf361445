"""`bookshop import`: import books from files, and covers with them."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bookshop.commands.import_json import import_to_json
from bookshop.commands.import_report import echo_import
from bookshop.commands.output import echo_json
from bookshop.commands.progress import advance_to, open_progress
from bookshop.commands.runner import run_with_database
from bookshop.database import Database
from bookshop.importing.control import collect_garbage_rarely
from bookshop.importing.import_stock import StockReport
from bookshop.importing.importer import Importer, optimize_after, sort_by_sent_time
from bookshop.importing.report import ImportReport
from bookshop.onix.errors import UnreadableFile
from bookshop.onix.input_file import InputFile, find_input_files
from bookshop.onix.table_options import TableOptions
from bookshop.settings import Settings, settings_or_exit
from bookshop.trade.market import Market

if TYPE_CHECKING:
    from bookshop.covers.cover_report import CoverReport

INTERRUPTED_STATUS = 130


def import_files(
    files: Sequence[Path],
    covers: Path | None,
    sender: str,
    options: TableOptions,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Import files, then covers, and print the result; exit with 1 if a file is unreadable."""
    settings = settings_or_exit()
    collect_garbage_rarely()
    market = market_of(settings)
    sources, reports = open_sources(files, options)

    async def run(database: Database) -> "CoverReport | None":
        for source in sort_by_sent_time(sources, market):
            with open_progress(source) as bar:
                work = Importer(database, market, sender, dry_run=dry_run, on_progress=advance_to(bar))
                reports.append(await work.import_file(source))
            if reports[-1].is_interrupted:
                return None
        if dry_run:
            return None
        await optimize_after(database, reports)
        return await add_covers(database, settings, covers)

    cover_report = run_with_database(settings, run)
    if as_json:
        echo_json(import_to_json(reports, cover_report, dry_run=dry_run))
    else:
        echo_import(reports, cover_report, dry_run=dry_run)
    exit_with_errors(reports)


def market_of(settings: Settings) -> Market:
    return Market(settings.shop_country, settings.shop_currency, settings.shop_timezone)


def open_sources(files: Sequence[Path], options: TableOptions) -> tuple[list[InputFile], list[ImportReport]]:
    """Return what can be read in these files, and a report of each file that cannot."""
    sources: list[InputFile] = []
    reports: list[ImportReport] = []
    for file in files:
        try:
            sources += find_input_files(file, options=options)
        except UnreadableFile as problem:
            reports.append(ImportReport(file.name, problem=str(problem)))
    return sources, reports


async def add_covers(database: Database, settings: Settings, folder: Path | None) -> "CoverReport | None":
    if folder is None:
        return None
    # here, since most imports bring no pictures
    from bookshop.commands.covers import import_with_progress

    return await import_with_progress(database, settings.covers_dir, folder)


def exit_with_errors(reports: Sequence[ImportReport | StockReport]) -> None:
    """Print a line for each file that could not be read in whole, and exit."""
    for report in reports:
        if report.problem:
            click.echo(f"Error: {report.file}: {report.problem}", err=True)
        if report.damaged:
            places = "1 place" if report.damaged == 1 else f"{report.damaged} places"
            click.echo(
                f"Error: {report.file}: The file is broken in {places}, listed with the line. "
                "Correct it and import it again.",
                err=True,
            )
    if any(report.is_interrupted for report in reports):
        click.echo("Stopped. What was written stays; run the same command again for the rest.", err=True)
        sys.exit(INTERRUPTED_STATUS)
    sys.exit(1 if any(report.problem or report.damaged for report in reports) else 0)
