"""A list of books as CSV: each row becomes a record of the lowest priority."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from itertools import islice
from pathlib import PurePath
from typing import Any, BinaryIO, TypeVar

from bookshop.importing.rules.csv_columns import CSV_COLUMN_NAMES
from bookshop.importing.rules.csv_dates import find_date_rules, may_be_to_come, parse_csv_date
from bookshop.importing.rules.csv_forms import parse_form
from bookshop.importing.rules.csv_isbns import parse_row_isbn
from bookshop.importing.rules.csv_languages import parse_language
from bookshop.importing.rules.csv_numbers import parse_pages
from bookshop.importing.rules.csv_people import parse_people
from bookshop.importing.rules.csv_prices import parse_csv_price
from bookshop.importing.rules.csv_subjects import parse_keywords, parse_subjects
from bookshop.importing.rules.csv_table import CsvRow, read_table, require_fields
from bookshop.importing.rules.date_forms import DateRules
from bookshop.importing.rules.description import MAIN_PAGES, PAGES_UNIT
from bookshop.importing.rules.market_offer import PUBLISHED
from bookshop.importing.rules.price_types import RECOMMENDED_WITH_TAX
from bookshop.money import exponent
from bookshop.onix.blocks import COLLATERAL, DESCRIPTIVE, PUBLISHING, SUPPLY, Blocks, dump_blocks
from bookshop.onix.collateral import DESCRIPTION, CollateralBlock, is_link
from bookshop.onix.descriptive import DescriptiveBlock
from bookshop.onix.errors import UnreadableFile
from bookshop.onix.markup import is_markup
from bookshop.onix.prices import Price
from bookshop.onix.publishing import PublishingBlock
from bookshop.onix.record import (
    MAX_NAME_CHARS,
    OTHER_SOURCE_RANK,
    MessageHeader,
    ReadItem,
    Record,
    RefusedRecord,
)
from bookshop.onix.supply import SupplyBlock
from bookshop.onix.table_options import NO_OPTIONS, TableOptions
from bookshop.onix.text import normalize
from bookshop.trade.contributor_roles import AUTHOR
from bookshop.trade.market import Market

Value = TypeVar("Value")
Context = TypeVar("Context")

BETWEEN_LINKS = re.compile(r"\s*[,;|]\s*(?=https?://)")
REQUIRED_FIELDS = ("isbn", "title")
CSV_RANK = OTHER_SOURCE_RANK + 1
# ONIX code lists 1 and 2
CONFIRMED, SINGLE_ITEM = "03", "00"
# ONIX code list 64: temporarily withdrawn from sale
WITHHELD = "16"
# a day after the 12th of a month is among so many, unless a file has hardly any dates
ROWS_READ_AHEAD = 1000


def read_book_csv(
    stream: BinaryIO, name: str, market: Market, options: TableOptions = NO_OPTIONS
) -> Iterator[ReadItem]:
    """Yield a header and a record for each row.

    Raises UnreadableFile without columns for the ISBN and the title.
    """
    table = read_table(
        stream, CSV_COLUMN_NAMES, suffix=market.currency, country=market.country, options=options
    )
    require_fields(table, REQUIRED_FIELDS)
    header = MessageHeader(sender_name(name), None, table.ignored)
    yield header
    for row, rules in _with_date_rules(table.rows, market):
        try:
            yield _read_record(row, market, rules)
        except ValueError as problem:
            isbn = row.cells.get("isbn", "")[:MAX_NAME_CHARS]
            yield RefusedRecord(row.number, row.line, isbn, str(problem), is_damaged=bool(row.problem))
    if table.encoding.guessed:
        yield replace(header, guessed_encoding=table.encoding.guessed)


def sender_name(file_name: str) -> str:
    """Return the file's name without its ending, the sender unless another is given."""
    return PurePath(file_name).stem[:MAX_NAME_CHARS]


def _with_date_rules(rows: Iterator[CsvRow], market: Market) -> Iterator[tuple[CsvRow, DateRules]]:
    """Read ahead until the order of days and months can be known; no row is lost if reading then fails."""
    first: list[CsvRow] = []
    failure = None
    try:
        first.extend(islice(rows, ROWS_READ_AHEAD))
    except UnreadableFile as problem:
        failure = problem
    today = datetime.now(market.zone).date()
    rules = find_date_rules((row.cells.get("published", "") for row in first), market, today)
    yield from ((row, rules) for row in first)
    if failure:
        raise failure
    yield from ((row, rules) for row in rows)


def _read_record(row: CsvRow, market: Market, rules: DateRules) -> Record:
    isbn = parse_row_isbn(row)
    if "title" not in row.cells:
        raise ValueError("The row has no title.")
    warnings: list[str] = []
    blocks: Blocks = {
        DESCRIPTIVE: _descriptive_block(row.cells, market, warnings),
        COLLATERAL: _collateral_block(row.cells),
        PUBLISHING: _publishing_block(row.cells, rules, warnings),
        SUPPLY: _supply_block(row.cells, market, warnings),
    }
    text = dump_blocks({key: block for key, block in blocks.items() if block})
    return Record(isbn, CONFIRMED, isbn, row.number, row.line, CSV_RANK, text, warnings=tuple(warnings))


def _descriptive_block(cells: dict[str, str], market: Market, warnings: list[str]) -> DescriptiveBlock:
    codes, other_subjects = parse_subjects(cells.get("subjects", ""))
    pages = _parse_or_warn(warnings, parse_pages, cells.get("pages", ""), market.country)
    block: DescriptiveBlock = _without_empty(
        composition=SINGLE_ITEM,
        form=parse_form(cells.get("form", "")),
        title=normalize(cells["title"]),
        subtitle=normalize(cells.get("subtitle", "")),
        series=normalize(cells.get("series", "")),
        series_number=normalize(cells.get("series_number", "")),
        contributors=[{"roles": [AUTHOR], "name": name} for name in parse_people(cells.get("people", ""))],
        edition=normalize(cells.get("edition", "")),
        language=parse_language(cells.get("language", "")),
        extents=[{"type": MAIN_PAGES, "value": str(pages), "unit": PAGES_UNIT}] if pages else [],
        subjects=codes,
        keywords=[*other_subjects, *parse_keywords(cells.get("keywords", ""))],
    )
    return block


def _collateral_block(cells: dict[str, str]) -> CollateralBlock:
    text, link = cells.get("description", ""), BETWEEN_LINKS.split(cells.get("cover", ""))[0]
    description = _without_empty(type=DESCRIPTION, text=text, is_html=is_markup(text, ""))
    block: CollateralBlock = _without_empty(
        texts=[description] if text else [], covers=[{"link": link}] if is_link(link) else []
    )
    return block


def _publishing_block(cells: dict[str, str], rules: DateRules, warnings: list[str]) -> PublishingBlock:
    text = cells.get("published", "")
    published = _parse_or_warn(warnings, parse_csv_date, text, rules)
    is_withheld = published is None and bool(text) and may_be_to_come(text, rules.today)
    if is_withheld:
        warnings[-1] += " Until then the book is not for sale."
    block: PublishingBlock = _without_empty(
        status=WITHHELD if is_withheld else "",
        publisher=normalize(cells.get("publisher", "")),
        imprint=normalize(cells.get("imprint", "")),
        dates=[{"role": PUBLISHED, "date": published}] if published else [],
    )
    return block


def _supply_block(cells: dict[str, str], market: Market, warnings: list[str]) -> SupplyBlock:
    minor = _parse_or_warn(warnings, parse_csv_price, cells.get("price", ""), market)
    if not minor:
        return {}
    amount = str(Decimal(minor).scaleb(-exponent(market.currency)))
    price: Price = {"type": RECOMMENDED_WITH_TAX, "amount": amount, "currency": market.currency}
    return {"supplies": [{"suppliers": [{"prices": [price]}]}]}


def _parse_or_warn(
    warnings: list[str], parse: Callable[[str, Context], Value], text: str, context: Context
) -> Value | None:
    """Return the value of a cell, None for an empty one; add to `warnings` why a cell has none."""
    try:
        return parse(text, context) if text else None
    except ValueError as problem:
        warnings.append(str(problem))
        return None


def _without_empty(**values: Any) -> Any:
    return {name: value for name, value in values.items() if value}
