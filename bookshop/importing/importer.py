"""Files into the catalogue: read as a stream, applied in batches that are each all or nothing."""

import time
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bookshop.database import Database
from bookshop.importing.batch import BatchResult, apply_batch
from bookshop.importing.control import OnProgress, finish_transaction
from bookshop.importing.import_stock import BOOK_LIST_COLUMNS, StockReport, import_stock_file
from bookshop.importing.reading import Chunk, read_chunks, read_file
from bookshop.importing.reading_process import is_process_worthwhile, read_chunks_in_process
from bookshop.importing.rebuild import BookChange
from bookshop.importing.rules.notifications import Outcome
from bookshop.onix.errors import UnreadableFile
from bookshop.onix.file_kind import FileKind
from bookshop.onix.input_file import InputFile
from bookshop.onix.record import MessageHeader, Record, RefusedRecord
from bookshop.search.index_sync import optimize_index
from bookshop.trade.market import Market

# as many as are written in a fraction of a second, for which other writers wait
BATCH = 200
# what a report keeps in full; all is counted
MAX_LISTED = 10_000
# so many new or changed books are worth a few seconds that make searches faster
MIN_CHANGES_TO_OPTIMIZE = 10_000
WRITTEN = (Outcome.NEW, Outcome.CHANGED, Outcome.RETIRED)
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class ImportReport:
    """What came of a file; `problem` says why it, or the rest of it, could not be read.

    `unknown` counts codes that are in no list of ONIX, by their element.
    """

    file: str
    sender: str = ""
    ignored: tuple[str, ...] = ()
    counts: Counter[Outcome] = field(default_factory=Counter)
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)
    refused: list[RefusedRecord] = field(default_factory=list)
    changes: list[BookChange] = field(default_factory=list)
    problem: str = ""
    is_interrupted: bool = False
    seconds: float = 0.0
    stock: StockReport | None = None

    @property
    def records(self) -> int:
        """How many records were looked at."""
        return self.counts.total()

    def add(self, batch: BatchResult) -> None:
        """Count what came of a batch."""
        self.counts.update(batch.outcomes)
        self.changes += batch.changes[: MAX_LISTED - len(self.changes)]
        for one in batch.refused:
            self.refuse(one)

    def note_codes(self, record: Record) -> None:
        """Count the codes of a record that nobody knows."""
        for code in record.unknown:
            if code in self.unknown or len(self.unknown) < MAX_LISTED:
                self.unknown[code] += 1

    def refuse(self, refused: RefusedRecord) -> None:
        """Note a record that was not taken."""
        self.counts[Outcome.REFUSED] += 1
        if len(self.refused) < MAX_LISTED:
            self.refused.append(refused)


@dataclass(frozen=True, slots=True)
class Importer:
    """How files are imported: for which market, in whose name if not their own, and whether only to try."""

    database: Database
    market: Market
    sender: str = ""
    dry_run: bool = False
    on_progress: OnProgress = lambda done, size: None

    async def import_file(self, source: InputFile) -> ImportReport:
        """Import one file as far as it can be read; what was written when it is stopped stays."""
        report = ImportReport(source.name)
        began = time.perf_counter()
        try:
            read = read_chunks_in_process if is_process_worthwhile(source) else read_chunks
            with closing(read(source, self.market, BATCH)) as chunks:
                kind = await self._take_chunks(chunks, report)
            if kind is FileKind.CSV and not (self.dry_run or report.problem or report.is_interrupted):
                report.stock = await self._take_stock(source)
        except UnreadableFile as problem:
            report.problem = str(problem)
        report.seconds = time.perf_counter() - began
        return report

    async def _take_stock(self, source: InputFile) -> StockReport | None:
        """Count what stands on the shelves, where the file tells that too."""
        stock = await import_stock_file(
            self.database, source, self.market, BOOK_LIST_COLUMNS, self.on_progress
        )
        return None if stock.problem else stock

    async def _take_chunks(self, chunks: Iterable[Chunk], report: ImportReport) -> FileKind | None:
        """Take all chunks of a file; answers what kind of file it is."""
        message = MessageHeader()
        kind = None
        for chunk in chunks:
            kind = chunk.kind
            records = []
            for one in chunk.items:
                if isinstance(one, Record):
                    records.append(one)
                    report.note_codes(one)
                elif isinstance(one, MessageHeader):
                    message = one
                    report.ignored = one.ignored
                elif one.ends_file:
                    report.problem = one.reason
                else:
                    report.refuse(one)
            report.sender = self.sender or message.sender
            await self._take_batch(records, report, message.sent_at)
            self.on_progress(chunk.position, chunk.size)
            # not to be held while the next are read
            del chunk, records, one
            if report.is_interrupted:
                break
        return kind

    async def _take_batch(
        self, records: list[Record], report: ImportReport, sent_at: datetime | None
    ) -> None:
        """Apply records in one transaction, which is waited for even by somebody who wants to stop."""
        if not records:
            return
        now = datetime.now(UTC)
        work = self.database.read if self.dry_run else self.database.write
        batch, report.is_interrupted = await finish_transaction(
            work(apply_batch, report.sender, sent_at or now, records, self.market, now, dry_run=self.dry_run)
        )
        report.add(batch)


async def optimize_after(database: Database, reports: Iterable[ImportReport]) -> None:
    """Put the search index in order if much was imported."""
    if sum(report.counts[outcome] for report in reports for outcome in WRITTEN) >= MIN_CHANGES_TO_OPTIMIZE:
        await optimize_index(database)


def sort_by_sent_time(sources: Iterable[InputFile], market: Market) -> list[InputFile]:
    """The files in the order in which they were sent; those that do not tell come first, as they stand."""
    return sorted(sources, key=lambda source: _sent_at(source, market) or LONG_AGO)


def _sent_at(source: InputFile, market: Market) -> datetime | None:
    try:
        with source.open() as opened:
            first = next(read_file(opened, market), None)
    except UnreadableFile:
        return None
    return first.sent_at if isinstance(first, MessageHeader) else None
