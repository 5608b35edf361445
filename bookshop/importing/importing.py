"""Files into the catalogue: read as a stream, applied in batches that are each all or nothing."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import TypeAlias

from bookshop.database import Database
from bookshop.importing.batch import Batch, take_batch
from bookshop.importing.csv_file import read_csv
from bookshop.importing.files import Kind, Opened, Source, Unreadable
from bookshop.importing.onix import Read, read_onix
from bookshop.importing.record import Market, Message, Record, Refused
from bookshop.importing.refreshing import Change
from bookshop.importing.saying import Outcome

Advance: TypeAlias = Callable[[int], object]

# as many as are written in a fraction of a second, for which other writers wait
BATCH = 200
# what a report keeps in full; all is counted
MOST_TOLD = 10_000


@dataclass(slots=True)
class Report:
    """What came of a file; `problem` says why it, or the rest of it, could not be read."""

    file: str
    sender: str = ""
    ignored: tuple[str, ...] = ()
    counts: Counter[Outcome] = field(default_factory=Counter)
    refused: list[Refused] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    problem: str = ""
    is_interrupted: bool = False
    seconds: float = 0.0

    @property
    def records(self) -> int:
        """How many records were looked at."""
        return self.counts.total()

    def add(self, batch: Batch) -> None:
        """Count what came of a batch."""
        self.counts.update(batch.outcomes)
        self.changes += batch.changes[: MOST_TOLD - len(self.changes)]
        for one in batch.refused:
            self.refuse(one)

    def refuse(self, refused: Refused) -> None:
        """Note a record that was not taken."""
        self.counts[Outcome.REFUSED] += 1
        if len(self.refused) < MOST_TOLD:
            self.refused.append(refused)


@dataclass(frozen=True, slots=True)
class Importing:
    """How files are imported: for which market, in whose name if not their own, and whether only to try."""

    database: Database
    market: Market
    sender: str = ""
    dry_run: bool = False
    advance: Advance = lambda _: None

    async def take_file(self, source: Source) -> Report:
        """Import one file as far as it can be read; what was written when it is stopped stays."""
        report = Report(source.name)
        began = time.perf_counter()
        try:
            with source.open() as opened:
                await self._take_opened(opened, report)
        except Unreadable as problem:
            report.problem = str(problem)
        report.seconds = time.perf_counter() - began
        return report

    async def _take_opened(self, opened: Opened, report: Report) -> None:
        reads = read_file(opened, self.market)
        message, position = Message("", None, "", ""), 0
        while chunk := list(islice(reads, BATCH)):
            records = []
            for one in chunk:
                if isinstance(one, Record):
                    records.append(one)
                elif isinstance(one, Message):
                    message = one
                    report.ignored = one.ignored
                elif one.ends_file:
                    report.problem = one.reason
                else:
                    report.refuse(one)
            report.sender = self.sender or message.sender
            await self._take_batch(records, report, message.sent_at)
            self.advance(opened.position - position)
            position = opened.position
            if report.is_interrupted:
                return

    async def _take_batch(self, records: list[Record], report: Report, sent_at: datetime | None) -> None:
        """Apply records in one transaction, which is waited for even by somebody who wants to stop."""
        if not records:
            return
        now = datetime.now(UTC)
        work = self.database.read if self.dry_run else self.database.write
        running = asyncio.ensure_future(
            work(take_batch, report.sender, sent_at or now, records, self.market, now, dry_run=self.dry_run)
        )
        try:
            await asyncio.shield(running)
        except asyncio.CancelledError:
            report.is_interrupted = True
        report.add(await running)


def read_file(opened: Opened, market: Market) -> Iterator[Read]:
    """A file's message, records and refusals, whatever kind of file it is."""
    if opened.kind is Kind.ONIX:
        return read_onix(opened.stream)
    return read_csv(opened.stream, opened.name, market)
