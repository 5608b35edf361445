"""What the import of a file did."""

from collections import Counter
from dataclasses import dataclass, field

from bookshop.importing.batch import BatchResult
from bookshop.importing.import_stock import StockReport
from bookshop.importing.rebuild import BookChange
from bookshop.importing.rules.notifications import Outcome
from bookshop.importing.rules.stock_rows import MAX_LISTED
from bookshop.onix.record import Record, RecordWarning, RefusedRecord, failure_reason


@dataclass(slots=True)
class ImportReport:
    """What the import of a file did; `problem` is why it, or the rest of it, could not be read.
    `damaged` counts the records that are refused because the file is broken there.

    `ignored` names unknown columns, `unknown` counts codes that are in no list of ONIX, after their element.
    `unpriced` counts new and changed books without a price. Lists hold MAX_LISTED entries; `counts` and
    `warning_count` count all.
    """

    file: str
    sender: str = ""
    ignored: tuple[str, ...] = ()
    guessed_encoding: str = ""
    other_sheets: tuple[str, ...] = ()
    counts: Counter[Outcome] = field(default_factory=Counter)
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)
    refused: list[RefusedRecord] = field(default_factory=list)
    warnings: list[RecordWarning] = field(default_factory=list)
    warning_count: int = 0
    unpriced: int = 0
    changes: list[BookChange] = field(default_factory=list)
    problem: str = ""
    damaged: int = 0
    is_interrupted: bool = False
    seconds: float = 0.0
    stock: StockReport | None = None

    @property
    def records(self) -> int:
        return self.counts.total()

    def add_batch(self, batch: BatchResult) -> None:
        self.counts.update(batch.outcomes)
        self.changes += batch.changes[: MAX_LISTED - len(self.changes)]
        self.unpriced += sum(change.is_unpriced for change in batch.changes)
        for one in batch.refused:
            self.add_refused(one)
        for warning in batch.warnings:
            self.add_warning(warning)

    def add_refused(self, refused: RefusedRecord) -> None:
        self.counts[Outcome.REFUSED] += 1
        self.damaged += refused.is_damaged
        if len(self.refused) < MAX_LISTED:
            self.refused.append(refused)

    def add_failed(self, record: Record, error: Exception) -> None:
        reason = failure_reason(error)
        self.add_refused(RefusedRecord(record.position, record.line, record.reference, reason))

    def add_warnings(self, record: Record) -> None:
        for reason in record.warnings:
            self.add_warning(RecordWarning(record.position, record.line, record.reference, reason))

    def add_warning(self, warning: RecordWarning) -> None:
        self.warning_count += 1
        if len(self.warnings) < MAX_LISTED:
            self.warnings.append(warning)

    def add_unknown_codes(self, record: Record) -> None:
        for code in record.unknown:
            if code in self.unknown or len(self.unknown) < MAX_LISTED:
                self.unknown[code] += 1
