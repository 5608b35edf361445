"""Set stock and prices from a till export, so that they match the shelf."""

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice

from sqlalchemy import Connection

from bookshop.catalogue.count_stock import Counted, count_stock
from bookshop.database import Database
from bookshop.database.run_in_parts import run_in_parts
from bookshop.importing.book_store import list_existing_isbns
from bookshop.importing.catalogue_lock import lock_catalogue
from bookshop.importing.control import OnProgress, finish_transaction
from bookshop.importing.override_store import list_overrides
from bookshop.importing.overrides import override_books
from bookshop.importing.progress_store import find_progress, set_progress
from bookshop.importing.rules.csv_books import REQUIRED_FIELDS
from bookshop.importing.rules.stock_rows import (
    BOOK_LIST_COLUMNS,
    MAX_LISTED,
    TILL_COLUMNS,
    StockCount,
    read_stock_counts,
    read_stock_table,
)
from bookshop.importing.workbook import open_table
from bookshop.onix.errors import UnreadableFile
from bookshop.onix.file_kind import FileKind
from bookshop.onix.input_file import InputFile
from bookshop.onix.record import RecordWarning, RefusedRecord, failure_reason
from bookshop.onix.table_options import NO_OPTIONS
from bookshop.search.index_books import index_books
from bookshop.trade.market import Market

BATCH_ROWS = 200
HASH_READ_BYTES = 200 * 1024


@dataclass(frozen=True, slots=True)
class StockBatchResult:
    """What a batch of counts did; `taken_before` of its rows were applied before."""

    counted: tuple[Counted, ...] = ()
    unknown: tuple[str, ...] = ()
    priced: int = 0
    taken_before: int = 0


@dataclass(slots=True)
class StockReport:
    """What a stock file did; of `short` books more copies are reserved than were counted."""

    file: str
    counted: int = 0
    moved: int = 0
    priced: int = 0
    taken_before: int = 0
    short: list[Counted] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    refused: list[RefusedRecord] = field(default_factory=list)
    warnings: list[RecordWarning] = field(default_factory=list)
    problem: str = ""
    other_sheets: tuple[str, ...] = ()
    is_interrupted: bool = False
    seconds: float = 0.0

    @property
    def damaged(self) -> int:
        """How many rows are refused because the file is broken there."""
        return sum(one.is_damaged for one in self.refused)

    def add_batch(self, batch: StockBatchResult) -> None:
        self.taken_before += batch.taken_before
        self.counted += len(batch.counted)
        self.moved += sum(1 for one in batch.counted if one.moved)
        self.priced += batch.priced
        self.short += [one for one in batch.counted if one.short]
        self.unknown += batch.unknown[: MAX_LISTED - len(self.unknown)]

    def add_failed(self, numbered: tuple[int, StockCount], error: Exception) -> None:
        number, count = numbered
        self.refused.append(RefusedRecord(number, 0, count.isbn, failure_reason(error)))


async def import_stock_file(
    database: Database,
    source: InputFile,
    market: Market,
    columns: Sequence[str] = TILL_COLUMNS,
    on_progress: OnProgress = lambda done, size: None,
) -> StockReport:
    """Set stock and prices from a file; the same file again changes nothing."""
    report = StockReport(source.name)
    started = time.perf_counter()
    try:
        await _import_counts(database, source, market, columns, on_progress, report)
    except UnreadableFile as problem:
        report.problem = str(problem)
    report.seconds = time.perf_counter() - started
    return report


async def _import_counts(
    database: Database,
    source: InputFile,
    market: Market,
    columns: Sequence[str],
    on_progress: OnProgress,
    report: StockReport,
) -> None:
    reason = stock_file_key(source)

    async def apply(part: Sequence[tuple[int, StockCount]]) -> None:
        if not report.is_interrupted:
            transaction = database.write(apply_counts, reason, part, market, datetime.now(UTC))
            result, report.is_interrupted = await finish_transaction(transaction)
            report.add_batch(result)

    with source.open() as opened:
        if opened.kind is FileKind.ONIX:
            raise UnreadableFile("The file is not a table. Export ISBNs and quantities as CSV or Excel.")
        is_book_list = columns is BOOK_LIST_COLUMNS
        # a list of books is read from the sheet that its books came from
        fields = REQUIRED_FIELDS if is_book_list else BOOK_LIST_COLUMNS
        with open_table(opened, fields) as source_table:
            report.other_sheets = source_table.other_sheets
            table = read_stock_table(source_table.stream, market, columns, source.options)
            counts = read_stock_counts(
                table, market, report.refused, report.warnings, may_be_empty=is_book_list
            )
            numbered = enumerate(counts, 1)
            while not report.is_interrupted and (batch := list(islice(numbered, BATCH_ROWS))):
                await run_in_parts(apply, batch, report.add_failed)
                on_progress(opened.position, opened.size)


def stock_file_key(source: InputFile) -> str:
    """Return the reason of a file's stock movements: its content and the day of its writing.

    A file with the same content that is written on another day is another count.
    """
    content = hashlib.blake2b(digest_size=12)
    if source.options != NO_OPTIONS:
        # with other columns or another encoding it is another count
        content.update(repr(source.options).encode())
    with source.open() as opened:
        while chunk := opened.stream.read(HASH_READ_BYTES):
            content.update(chunk)
    day = datetime.fromtimestamp(source.path.stat().st_mtime, UTC).date()
    return f"count {day} {content.hexdigest()}"


def apply_counts(
    db: Connection, reason: str, rows: Sequence[tuple[int, StockCount]], market: Market, now: datetime
) -> StockBatchResult:
    """Apply the counts of a file, each with its number, that were not applied before."""
    lock_catalogue(db)
    file_key = "count-" + hashlib.blake2b(reason.encode(), digest_size=5).hexdigest()
    applied = find_progress(db, file_key)
    counts = [count for number, count in rows if number > applied]
    taken_before = len(rows) - len(counts)
    if not counts:
        return StockBatchResult(taken_before=taken_before)
    set_progress(db, file_key, rows[-1][0])
    existing = list_existing_isbns(db, [one.isbn for one in counts])
    known = [one for one in counts if one.isbn in existing]
    quantities = {one.isbn: one.quantity for one in known if one.quantity is not None}
    counted = count_stock(db, quantities, reason) if quantities else []
    # whether a book is in stock decides where it stands in every list
    in_or_out = [one.isbn for one in counted if (one.available > 0) != (one.available - one.moved > 0)]
    index_books(db, in_or_out)
    priced = _override_prices(
        db, {one.isbn: one.price_minor for one in known if one.price_minor}, market, now
    )
    unknown = tuple(one.isbn for one in counts if one.isbn not in existing)
    return StockBatchResult(tuple(counted), unknown, priced, taken_before)


def _override_prices(db: Connection, prices: Mapping[str, int], market: Market, now: datetime) -> int:
    """Override the prices that differ, and return how many."""
    overrides = list_overrides(db, prices) if prices else {}
    changes = {
        isbn: {"price_minor": str(minor)}
        for isbn, minor in prices.items()
        if overrides.get(isbn, {}).get("price_minor") != str(minor)
    }
    if changes:
        override_books(db, changes, market, now)
    return len(changes)
