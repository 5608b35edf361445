"""The result of an import, as text."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from bookshop.commands.output import echo_first_rows
from bookshop.importing.import_stock import StockReport
from bookshop.importing.report import ImportReport
from bookshop.importing.rules.csv_table import join_columns
from bookshop.importing.rules.markup import shorten
from bookshop.importing.rules.notifications import Outcome
from bookshop.onix.record import RecordWarning, RefusedRecord

if TYPE_CHECKING:
    from bookshop.covers.cover_report import CoverReport

# so that a row of the table fits the terminal
MAX_TITLE_CHARS = 60


def echo_import(reports: Sequence[ImportReport], covers: "CoverReport | None", *, dry_run: bool) -> None:
    for report in reports:
        echo_file(report, dry_run=dry_run)
    if covers:
        click.echo(f"Covers: {covers.imported} imported, {len(covers.refused)} refused.")


def echo_file(report: ImportReport, *, dry_run: bool) -> None:
    if dry_run:
        echo_changes(report)
    echo_refused(report.refused)
    echo_warnings(report.warnings)
    if report.ignored:
        click.echo(f"{report.file}: unknown columns were ignored: {join_columns(report.ignored)}")
    echo_other_sheets(report)
    if report.guessed_encoding:
        click.echo(
            f"{report.file}: its text is not UTF-8 and was read as {report.guessed_encoding}. "
            "If letters are wrong, import it again with --encoding."
        )
    echo_first_rows(
        ("TIMES", "ELEMENT", "UNKNOWN CODE"),
        [(times, element, code) for (element, code), times in report.unknown.most_common()],
    )
    if report.records:
        echo_counts(report)
    elif not (report.problem or report.is_interrupted):
        click.echo(f"{report.file}: the file has no books in it.")
    if report.unpriced:
        echo_unpriced(report)
    if report.stock:
        # rows that were refused as books are printed above
        printed = {one.position for one in report.refused}
        refused = [one for one in report.stock.refused if one.position not in printed]
        echo_stock(replace(report.stock, refused=refused, other_sheets=()))


def echo_other_sheets(report: ImportReport | StockReport) -> None:
    if report.other_sheets:
        click.echo(
            f"{report.file}: only the first sheet with these columns was read. "
            f"Save the others as files of their own: {', '.join(report.other_sheets)}"
        )


def echo_changes(report: ImportReport) -> None:
    echo_first_rows(
        ("WOULD BE", "ISBN", "TITLE", "FIELDS"),
        [
            (
                "new" if one.is_new else "changed",
                one.isbn,
                shorten(one.title, MAX_TITLE_CHARS),
                ", ".join(one.fields),
            )
            for one in report.changes
        ],
    )


def echo_refused(refused: Sequence[RefusedRecord]) -> None:
    rows = [(one.position, one.line, one.reference or "-", one.reason) for one in refused]
    echo_first_rows(("RECORD", "LINE", "REFERENCE", "REFUSED BECAUSE"), rows)


def echo_warnings(warnings: Sequence[RecordWarning]) -> None:
    rows = [(one.position, one.line, one.reference or "-", one.reason) for one in warnings]
    echo_first_rows(("RECORD", "LINE", "REFERENCE", "IMPORTED WITHOUT A VALUE"), rows)


def echo_counts(report: ImportReport) -> None:
    counts = ", ".join(f"{report.counts[one]} {one}" for one in Outcome if report.counts[one])
    rate = report.records / report.seconds if report.seconds else 0
    sender = f" from {report.sender}" if report.sender else ""
    click.echo(f"{report.file}{sender}: {counts}. {report.seconds:.1f} s, {rate:.0f} records a second.")


def echo_unpriced(report: ImportReport) -> None:
    books = "1 new or changed book" if report.unpriced == 1 else f"{report.unpriced} new or changed books"
    click.echo(f"{report.file}: {books} without a price, shown but not for sale.")


def echo_stock(report: StockReport) -> None:
    echo_refused(report.refused)
    echo_warnings(report.warnings)
    echo_first_rows(("ISBN", "RESERVED COPIES NOT FOUND"), [(one.isbn, one.short) for one in report.short])
    echo_other_sheets(report)
    echo_first_rows(("ISBN WITHOUT A BOOK",), [(isbn,) for isbn in report.unknown])
    if report.problem:
        return
    if report.taken_before and not report.counted:
        click.echo(f"{report.file}: imported before, so nothing was changed.")
        return
    prices = "1 price" if report.priced == 1 else f"{report.priced} prices"
    click.echo(
        f"{report.file}: {report.counted} counted, {report.moved} changed, {prices}, "
        f"{len(report.unknown)} unknown, {len(report.short)} short, {len(report.refused)} refused."
    )
