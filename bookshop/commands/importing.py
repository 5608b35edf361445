"""The commands that take files into the catalogue: of books, and of what stands on the shelves."""

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from tqdm import tqdm

from bookshop.commands.output import echo_json, echo_table
from bookshop.commands.shop import run_in_database
from bookshop.database import Database
from bookshop.importing.control import collect_rarely
from bookshop.importing.import_stock import StockReport, take_stock
from bookshop.importing.importer import Importing, Report, in_order_sent, tidy_after
from bookshop.importing.rules.notifications import Outcome
from bookshop.onix.errors import UnreadableFile
from bookshop.onix.input_file import InputFile, find_input_files
from bookshop.onix.record import Rejection
from bookshop.settings import Settings, settings_or_exit
from bookshop.trade.market import Market

if TYPE_CHECKING:
    from bookshop.covers.import_covers import Report as CoverReport

MOST_SHOWN = 20
STOPPED = 130


def import_and_print(
    files: Sequence[Path], covers: Path | None, sender: str, *, dry_run: bool, as_json: bool
) -> None:
    """Import files and then covers, and print what came of them; exits with 1 when a file was refused."""
    settings = settings_or_exit()
    collect_rarely()
    market = market_of(settings)
    sources, reports = find_all(files)

    async def run(database: Database) -> tuple[list[Report], "CoverReport | None"]:
        for source in in_order_sent(sources, market):
            with open_bar(source) as bar:
                advance = follow(bar)
                work = Importing(database, market, sender, dry_run=dry_run, advance=advance)
                reports.append(await work.take_file(source))
            if reports[-1].is_interrupted:
                return reports, None
        if not dry_run:
            await tidy_after(database, reports)
        return reports, await add_covers(database, settings, None if dry_run else covers)

    reports, pictures = run_in_database(settings, run)
    if as_json:
        echo_json(values_of(reports, pictures, dry_run=dry_run))
    else:
        for report in reports:
            echo_report(report, dry_run=dry_run)
        if pictures:
            click.echo(f"Covers: {pictures.taken} taken, {len(pictures.refused)} refused.")
    stop_with([(report.file, report.problem, report.is_interrupted) for report in reports])


def count_and_print(file: Path, *, as_json: bool) -> None:
    """Take the counts and prices of a till's file, and print what came of them."""
    settings = settings_or_exit()
    source = InputFile(file)

    async def run(database: Database) -> StockReport:
        with open_bar(source) as bar:
            return await take_stock(database, source, market_of(settings), advance=follow(bar))

    report = run_in_database(settings, run)
    if as_json:
        echo_json(asdict(report))
    else:
        echo_stock(report)
    stop_with([(report.file, report.problem, report.is_interrupted)])


async def add_covers(database: Database, settings: Settings, folder: Path | None) -> "CoverReport | None":
    """Take the pictures of a folder, if there is one."""
    if folder is None:
        return None
    # here, since most imports bring no pictures
    from bookshop.covers.import_covers import count_files, take_covers
    from bookshop.covers.picture_files import CannotStore

    try:
        with tqdm(total=count_files(folder), unit="cover", disable=None) as bar:
            return await take_covers(database, settings.covers_dir, folder, bar.update)
    except CannotStore as problem:
        raise click.ClickException(f"Covers cannot be stored: {problem}.") from None


def market_of(settings: Settings) -> Market:
    """Where the shop sells."""
    return Market(settings.shop_country, settings.shop_currency, settings.shop_timezone)


def find_all(files: Sequence[Path]) -> tuple[list[InputFile], list[Report]]:
    """What there is to read in these files, and reports of those in which there is nothing."""
    sources: list[InputFile] = []
    reports: list[Report] = []
    for file in files:
        try:
            sources += find_input_files(file)
        except UnreadableFile as problem:
            reports.append(Report(file.name, problem=str(problem)))
    return sources, reports


def open_bar(source: InputFile) -> "tqdm[Any]":
    """A bar that fills with the bytes of a file; none where nobody watches."""
    return tqdm(desc=source.name, unit="B", unit_scale=True, disable=None)


def follow(bar: "tqdm[Any]") -> Any:
    """What moves a bar on, and tells it how far it will have to go."""

    def advance(done: int, size: int) -> None:
        bar.total = size
        bar.update(done - bar.n)

    return advance


def values_of(reports: Sequence[Report], pictures: "CoverReport | None", *, dry_run: bool) -> dict[str, Any]:
    """What became of all files, for a program."""
    totals = sum((report.counts for report in reports), Counter())
    seconds = sum(report.seconds for report in reports)
    return {
        **{str(outcome): totals[outcome] for outcome in Outcome},
        "seconds": round(seconds, 3),
        "per_second": round(totals.total() / seconds, 1) if seconds else 0,
        "dry_run": dry_run,
        "files": [file_values(report) for report in reports],
        "covers": asdict(pictures) if pictures else None,
    }


def file_values(report: Report) -> dict[str, Any]:
    """What became of a file."""
    return {
        "file": report.file,
        "sender": report.sender,
        "problem": report.problem,
        **{str(outcome): report.counts[outcome] for outcome in Outcome},
        "refusals": [refusal_values(one) for one in report.refused],
        "changes": [asdict(one) for one in report.changes],
        "ignored_columns": report.ignored,
        "unknown_codes": [
            {"element": element, "code": code, "times": times}
            for (element, code), times in report.unknown.most_common()
        ],
        "stock": asdict(report.stock) if report.stock else None,
        "is_interrupted": report.is_interrupted,
        "seconds": round(report.seconds, 3),
    }


def refusal_values(refused: Rejection) -> dict[str, Any]:
    """A record that was not taken."""
    return {
        "record": refused.position,
        "line": refused.line,
        "reference": refused.reference,
        "reason": refused.reason,
    }


def echo_report(report: Report, *, dry_run: bool) -> None:
    """Print what became of a file."""
    if dry_run:
        echo_some(
            ("WOULD BE", "ISBN", "TITLE", "FIELDS"),
            [
                ("new" if one.is_new else "changed", one.isbn, one.title, ", ".join(one.fields))
                for one in report.changes
            ],
        )
    echo_refused(report.refused)
    if report.ignored:
        click.echo(f"{report.file}: nothing is read from these columns: {', '.join(report.ignored)}")
    echo_some(
        ("TIMES", "ELEMENT", "CODE IN NO LIST OF ONIX"),
        [(times, element, code) for (element, code), times in report.unknown.most_common()],
    )
    if report.records:
        counts = ", ".join(f"{report.counts[one]} {one}" for one in Outcome if report.counts[one])
        rate = report.records / report.seconds if report.seconds else 0
        sender = f" from {report.sender}" if report.sender else ""
        click.echo(f"{report.file}{sender}: {counts}. {report.seconds:.1f} s, {rate:.0f} records a second.")
    if report.stock:
        # what is wrong with its rows has been said
        echo_stock(replace(report.stock, refused=[]))


def echo_stock(report: StockReport) -> None:
    """Print what became of a till's counts."""
    echo_refused(report.refused)
    echo_some(("SHORT", "COPIES HELD THAT WERE NOT FOUND"), [(one.isbn, one.short) for one in report.short])
    echo_some(("UNKNOWN",), [(isbn,) for isbn in report.unknown])
    if report.problem:
        return
    if report.taken_before and not report.counted:
        click.echo(f"{report.file}: this file was taken before; nothing is moved again.")
        return
    click.echo(
        f"{report.file}: {report.counted} counted, {report.moved} moved, {report.priced} prices, "
        f"{len(report.unknown)} unknown, {len(report.short)} short, {len(report.refused)} refused."
    )


def echo_refused(refused: Sequence[Rejection]) -> None:
    """Print the first records that were not taken."""
    rows = [(one.position, one.line, one.reference or "-", one.reason) for one in refused]
    echo_some(("RECORD", "LINE", "REFERENCE", "REFUSED, SINCE"), rows)


def echo_some(head: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> None:
    """Print a table of as many rows as somebody may want to read."""
    if rows:
        echo_table(head, rows[:MOST_SHOWN])
    if len(rows) > MOST_SHOWN:
        click.echo(f"… and {len(rows) - MOST_SHOWN} more; --json lists them.")


def stop_with(files: Sequence[tuple[str, str, bool]]) -> None:
    """End with one line for each file that was refused, and a status that says how it went."""
    for file, problem, _ in files:
        if problem:
            click.echo(f"Error: {file}: {problem}", err=True)
    if any(is_interrupted for _, _, is_interrupted in files):
        click.echo("Stopped; what was written stays, and the same command does the rest.", err=True)
        sys.exit(STOPPED)
    sys.exit(1 if any(problem for _, problem, _ in files) else 0)
