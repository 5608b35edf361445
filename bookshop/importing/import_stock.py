"""The file of a till: how many copies of each book stand on the shelves today, and at what price."""

import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice

from sqlalchemy import Connection

from bookshop.catalogue.stock import Counted, count_stock
from bookshop.database import Database
from bookshop.importing.book_store import list_existing_isbns
from bookshop.importing.catalogue_lock import lock_catalogue
from bookshop.importing.control import OnProgress, finish_transaction
from bookshop.importing.override_store import list_overrides
from bookshop.importing.overrides import override_books
from bookshop.importing.progress_store import find_progress, set_progress
from bookshop.importing.rules.csv_books import COLUMNS, parse_csv_price, parse_row_isbn
from bookshop.importing.rules.csv_table import CsvRow, CsvTable, describe_columns, read_table
from bookshop.onix.errors import UnreadableFile
from bookshop.onix.file_kind import FileKind
from bookshop.onix.input_file import InputFile
from bookshop.onix.record import RefusedRecord
from bookshop.search.index_books import index_books
from bookshop.trade.market import Market

BATCH = 200
MAX_LISTED = 10_000
MAX_QUANTITY_DIGITS = 6
# the columns of a file without a head
TILL_COLUMNS = ("isbn", "stock", "price")
# a list of books, whose prices are those of a catalogue and not of the till
BOOK_LIST_COLUMNS = ("isbn", "stock")


@dataclass(frozen=True, slots=True)
class StockCount:
    """What a row says: so many copies (None for not counted), and a price (0 for none)."""

    isbn: str
    quantity: int | None
    price_minor: int


@dataclass(frozen=True, slots=True)
class StockBatchResult:
    """What came of some rows; `is_old` when the same was taken before."""

    counted: tuple[Counted, ...] = ()
    unknown: tuple[str, ...] = ()
    priced: int = 0
    is_old: bool = False


@dataclass(slots=True)
class StockReport:
    """What came of a file; `short` are books of which more copies are held than were counted."""

    file: str
    counted: int = 0
    moved: int = 0
    priced: int = 0
    taken_before: int = 0
    short: list[Counted] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    refused: list[RefusedRecord] = field(default_factory=list)
    problem: str = ""
    is_interrupted: bool = False
    seconds: float = 0.0

    def add(self, taken: StockBatchResult, rows: int) -> None:
        """Count what came of some rows."""
        self.taken_before += rows if taken.is_old else 0
        self.counted += len(taken.counted)
        self.moved += sum(1 for one in taken.counted if one.moved)
        self.priced += taken.priced
        self.short += [one for one in taken.counted if one.short]
        self.unknown += taken.unknown[: MAX_LISTED - len(self.unknown)]


async def import_stock_file(
    database: Database,
    source: InputFile,
    market: Market,
    fields: Sequence[str] = TILL_COLUMNS,
    on_progress: OnProgress = lambda done, size: None,
) -> StockReport:
    """Let the shelves be as a file counts them, and its prices hold; the same file again moves nothing."""
    report = StockReport(source.name)
    began = time.perf_counter()
    try:
        reason = name_count(source)
        with source.open() as opened:
            if opened.kind is not FileKind.CSV:
                raise UnreadableFile("is no table of ISBNs and quantities")
            counts = _read_counts(_open_table(opened.stream, market, fields), market, report)
            done = 0
            while batch := list(islice(counts, BATCH)):
                done += len(batch)
                work = database.write(apply_counts, reason, done, batch, market, datetime.now(UTC))
                taken, report.is_interrupted = await finish_transaction(work)
                report.add(taken, len(batch))
                on_progress(opened.position, opened.size)
                if report.is_interrupted:
                    break
    except UnreadableFile as problem:
        report.problem = str(problem)
    report.seconds = time.perf_counter() - began
    return report


def apply_counts(
    db: Connection, reason: str, done: int, counts: Sequence[StockCount], market: Market, now: datetime
) -> StockBatchResult:
    """Apply some rows, of which the last is number `done` of those that could be read."""
    lock_catalogue(db)
    mark = "count-" + hashlib.blake2b(reason.encode(), digest_size=5).hexdigest()
    if find_progress(db, mark) >= done:
        return StockBatchResult(is_old=True)
    set_progress(db, mark, done)
    there = list_existing_isbns(db, [one.isbn for one in counts])
    known = [one for one in counts if one.isbn in there]
    quantities = {one.isbn: one.quantity for one in known if one.quantity is not None}
    counted = count_stock(db, quantities, reason) if quantities else []
    # what was sold out and no longer is, or the other way round, stands elsewhere in every list
    turned = [one.isbn for one in counted if (one.available > 0) != (one.available - one.moved > 0)]
    index_books(db, turned)
    priced = _set_prices(db, {one.isbn: one.price_minor for one in known if one.price_minor}, market, now)
    return StockBatchResult(
        tuple(counted), tuple(one.isbn for one in counts if one.isbn not in there), priced
    )


def _set_prices(db: Connection, prices: Mapping[str, int], market: Market, now: datetime) -> int:
    """Keep the prices that are news, as the bookseller's own words; says how many."""
    said = list_overrides(db, prices) if prices else {}
    words = {
        isbn: {"price_minor": str(minor)}
        for isbn, minor in prices.items()
        if said.get(isbn, {}).get("price_minor") != str(minor)
    }
    if words:
        override_books(db, words, market, now)
    return len(words)


def name_count(source: InputFile) -> str:
    """What the movements of a file are known by: its content, and the day on which it was written.

    A till whose counts are the same tomorrow writes the same content, and means tomorrow's shelves.
    """
    content = hashlib.blake2b(digest_size=12)
    with source.open() as opened:
        while chunk := opened.stream.read(BATCH * 1024):
            content.update(chunk)
    day = datetime.fromtimestamp(source.path.stat().st_mtime, UTC).date()
    return f"count {day} {content.hexdigest()}"


def _open_table(stream: object, market: Market, fields: Sequence[str]) -> CsvTable:
    names = {name: COLUMNS[name] for name in fields}
    table = read_table(stream, names, suffix=market.currency, without_head=TILL_COLUMNS)  # type: ignore[arg-type]
    missing = [name for name in ("isbn", "stock") if name not in table.fields]
    if missing:
        what = " and ".join({"isbn": "the ISBN", "stock": "the quantity"}[name] for name in missing)
        raise UnreadableFile(f"has no column for {what}; its columns are: {describe_columns(table)}")
    return table


def _read_counts(table: CsvTable, market: Market, report: StockReport) -> Iterator[StockCount]:
    seen: set[str] = set()
    for row in table.rows:
        try:
            count = _read_count(row, market)
            if count.isbn in seen:
                raise ValueError("its book is in a row above as well")
        except ValueError as problem:
            if len(report.refused) < MAX_LISTED:
                report.refused.append(
                    RefusedRecord(row.number, row.line, row.cells.get("isbn", ""), str(problem))
                )
        else:
            seen.add(count.isbn)
            yield count


def _read_count(row: CsvRow, market: Market) -> StockCount:
    isbn = parse_row_isbn(row)
    price = parse_csv_price(row.cells["price"], market) if "price" in row.cells else 0
    return StockCount(isbn, _read_quantity(row.cells.get("stock", "")), price)


def _read_quantity(text: str) -> int | None:
    """How many copies; a till that sold more than it knew of counts below 0, which is none."""
    if not text:
        return None
    whole, _, rest = text.replace(",", ".").partition(".")
    digits = whole.removeprefix("-").removeprefix("+")
    if not digits.isdecimal() or len(digits) > MAX_QUANTITY_DIGITS or rest.strip("0"):
        raise ValueError(f"{text[:20]!r} is no number of copies")
    return max(int(whole), 0)
