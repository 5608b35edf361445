"""Import files of books: read a stream, and write batches that are each all or nothing."""

import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime

from bookshop.database import Database
from bookshop.database.run_in_parts import run_in_parts
from bookshop.importing.batch import apply_batch
from bookshop.importing.control import OnProgress, finish_transaction
from bookshop.importing.import_stock import StockReport, import_stock_file
from bookshop.importing.read_chunks import Chunk, read_chunks, read_file
from bookshop.importing.reading_process import is_process_worthwhile, read_chunks_in_process
from bookshop.importing.report import ImportReport
from bookshop.importing.rules.notifications import Outcome
from bookshop.importing.rules.stock_rows import BOOK_LIST_COLUMNS
from bookshop.onix.errors import UnreadableFile
from bookshop.onix.file_kind import FileKind
from bookshop.onix.input_file import InputFile
from bookshop.onix.record import MessageHeader, Record, RefusedRecord
from bookshop.search.index_sync import optimize_index
from bookshop.trade.market import Market

# written in a fraction of a second, for which other writers wait
BATCH_RECORDS = 200
# optimizing the index takes a few seconds, and makes searches faster after so many changes
MIN_CHANGES_TO_OPTIMIZE = 10_000
CHANGING_OUTCOMES = (Outcome.NEW, Outcome.CHANGED, Outcome.RETIRED)
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Importer:
    """Import files for a market; a `sender` replaces the one that a file names."""

    database: Database
    market: Market
    sender: str = ""
    dry_run: bool = False
    on_progress: OnProgress = lambda done, size: None

    async def import_file(self, source: InputFile) -> ImportReport:
        """Import a file as far as it can be read; what was written stays if it is interrupted."""
        report = ImportReport(source.name)
        started = time.perf_counter()
        try:
            read = read_chunks_in_process if is_process_worthwhile(source) else read_chunks
            with closing(read(source, self.market, BATCH_RECORDS)) as chunks:
                kind = await self._import_chunks(chunks, report)
            if kind is not FileKind.ONIX and not (self.dry_run or report.problem or report.is_interrupted):
                report.stock = await self._import_stock(source)
        except UnreadableFile as problem:
            report.problem = str(problem)
        report.seconds = time.perf_counter() - started
        return report

    async def _import_chunks(self, chunks: Iterable[Chunk], report: ImportReport) -> FileKind | None:
        """Import all chunks of a file, and return the kind of the file."""
        header = MessageHeader()
        kind = None
        for chunk in chunks:
            kind = chunk.kind
            header = next((one for one in reversed(chunk.items) if isinstance(one, MessageHeader)), header)
            report.ignored, report.other_sheets = header.ignored, header.other_sheets
            report.guessed_encoding = header.guessed_encoding
            report.sender = self.sender or header.sender
            records = _sort_out(chunk, report)
            await self._apply(records, report, header.sent_at)
            self.on_progress(chunk.position, chunk.size)
            # freed before the next chunk is read
            del chunk, records
            if report.is_interrupted:
                break
        return kind

    async def _apply(self, records: list[Record], report: ImportReport, sent_at: datetime | None) -> None:
        now = datetime.now(UTC)
        run = self.database.read if self.dry_run else self.database.write

        async def apply(part: Sequence[Record]) -> None:
            if not report.is_interrupted:
                transaction = run(
                    apply_batch, report.sender, sent_at or now, part, self.market, now, dry_run=self.dry_run
                )
                batch, report.is_interrupted = await finish_transaction(transaction)
                report.add_batch(batch)

        await run_in_parts(apply, records, report.add_failed)

    async def _import_stock(self, source: InputFile) -> StockReport | None:
        """Set stock from a list of books that has a column for it."""
        stock = await import_stock_file(
            self.database, source, self.market, BOOK_LIST_COLUMNS, self.on_progress
        )
        return None if stock.problem else stock


def _sort_out(chunk: Chunk, report: ImportReport) -> list[Record]:
    """Return the records of a chunk, and report what else is in it."""
    records = []
    for one in chunk.items:
        if isinstance(one, Record):
            records.append(one)
            report.add_unknown_codes(one)
            report.add_warnings(one)
        elif isinstance(one, RefusedRecord) and one.ends_file:
            report.problem = one.reason
        elif isinstance(one, RefusedRecord):
            report.add_refused(one)
    return records


async def optimize_after(database: Database, reports: Iterable[ImportReport]) -> None:
    """Optimize the search index if these imports changed many books."""
    changed = sum(report.counts[outcome] for report in reports for outcome in CHANGING_OUTCOMES)
    if changed >= MIN_CHANGES_TO_OPTIMIZE:
        await optimize_index(database)


def sort_by_sent_time(sources: Iterable[InputFile], market: Market) -> list[InputFile]:
    """Return the files in the order in which they were sent, first those without a time."""
    return sorted(sources, key=lambda source: _sent_at(source, market) or LONG_AGO)


def _sent_at(source: InputFile, market: Market) -> datetime | None:
    try:
        with source.open() as opened:
            # a table does not name the time, and a workbook takes long to open
            first = next(read_file(opened, market), None) if opened.kind is FileKind.ONIX else None
    except UnreadableFile:
        return None
    return first.sent_at if isinstance(first, MessageHeader) else None
