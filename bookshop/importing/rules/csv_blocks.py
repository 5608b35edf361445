"""The blocks of a record from the cells of a table's row."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from bookshop.importing.rules.csv_dates import may_be_to_come, parse_csv_date
from bookshop.importing.rules.csv_forms import parse_form
from bookshop.importing.rules.csv_languages import parse_language
from bookshop.importing.rules.csv_numbers import parse_pages
from bookshop.importing.rules.csv_people import parse_people
from bookshop.importing.rules.csv_prices import parse_csv_price
from bookshop.importing.rules.csv_subjects import parse_keywords, parse_subjects, parse_thema
from bookshop.importing.rules.date_forms import DateRules
from bookshop.importing.rules.description import MAIN_PAGES, PAGES_UNIT
from bookshop.importing.rules.price_types import RECOMMENDED_WITH_TAX
from bookshop.money import exponent
from bookshop.onix.blocks import COLLATERAL, DESCRIPTIVE, PUBLISHING, SUPPLY, Blocks
from bookshop.onix.collateral import DESCRIPTION, CollateralBlock, is_link
from bookshop.onix.dates import NEVER, PUBLISHED
from bookshop.onix.descriptive import DescriptiveBlock
from bookshop.onix.markup import is_markup
from bookshop.onix.prices import Price
from bookshop.onix.publishing import PublishingBlock
from bookshop.onix.subjects import SubjectCode
from bookshop.onix.supply import Supplier, SupplyBlock
from bookshop.onix.text import normalize
from bookshop.trade.market import Market
from bookshop.trade.subject_schemes import SENDERS_SCHEME

Value = TypeVar("Value")
Context = TypeVar("Context")

BETWEEN_LINKS = re.compile(r"\s*[,;|]\s*(?=https?://)")
# ONIX code list 2
SINGLE_ITEM = "00"
MAX_REPORTED_CHARS = 40


@dataclass(frozen=True, slots=True)
class RowReader:
    """Reads the cells of a row, and collects what could not be read as a record does."""

    cells: Mapping[str, str]
    market: Market
    rules: DateRules
    warnings: list[str] = field(default_factory=list)
    unknown: list[tuple[str, str]] = field(default_factory=list)

    def read_blocks(self) -> Blocks:
        blocks: Blocks = {
            DESCRIPTIVE: self._descriptive_block(),
            COLLATERAL: self._collateral_block(),
            PUBLISHING: self._publishing_block(),
            SUPPLY: self._supply_block(),
        }
        return {number: block for number, block in blocks.items() if block}

    def _descriptive_block(self) -> DescriptiveBlock:
        cells = self.cells
        codes, subjects = parse_subjects(cells.get("subjects", ""))
        thema_codes, others = parse_thema(cells.get("thema", ""))
        plain_subjects = [SubjectCode(scheme=SENDERS_SCHEME, heading=one) for one in (*others, *subjects)]
        pages = self._parse(parse_pages, "pages", self.market.country)
        block: DescriptiveBlock = _without_empty(
            composition=SINGLE_ITEM,
            form=self._look_up(parse_form, "form", "format"),
            title=normalize(cells["title"]),
            subtitle=normalize(cells.get("subtitle", "")),
            series=normalize(cells.get("series", "")),
            series_number=normalize(cells.get("series_number", "")).removesuffix(".0"),
            contributors=parse_people(cells.get("people", "")),
            edition=normalize(cells.get("edition", "")).removesuffix(".0"),
            language=self._look_up(parse_language, "language", "language"),
            extents=[{"type": MAIN_PAGES, "value": str(pages), "unit": PAGES_UNIT}] if pages else [],
            subjects=[*thema_codes, *codes, *plain_subjects],
            keywords=[*others, *subjects, *parse_keywords(cells.get("keywords", ""))],
        )
        return block

    def _collateral_block(self) -> CollateralBlock:
        text, links = self.cells.get("description", ""), self.cells.get("cover", "")
        link = BETWEEN_LINKS.split(links)[0]
        description = _without_empty(type=DESCRIPTION, text=text, is_html=is_markup(text, ""))
        block: CollateralBlock = _without_empty(
            texts=[description] if text else [], covers=[{"link": link}] if is_link(link) else []
        )
        return block

    def _publishing_block(self) -> PublishingBlock:
        text = self.cells.get("published", "")
        published = self._parse(parse_csv_date, "published", self.rules)
        if published is None and text and may_be_to_come(text, self.rules.today):
            published = NEVER
            self.warnings[-1] += " Until then the book is not for sale."
        block: PublishingBlock = _without_empty(
            publisher=normalize(self.cells.get("publisher", "")),
            imprint=normalize(self.cells.get("imprint", "")),
            dates=[{"role": PUBLISHED, "date": published}] if published else [],
        )
        return block

    def _supply_block(self) -> SupplyBlock:
        minor = self._parse(parse_csv_price, "price", self.market)
        if not minor:
            return {}
        amount = str(Decimal(minor).scaleb(-exponent(self.market.currency)))
        price: Price = {"type": RECOMMENDED_WITH_TAX, "amount": amount, "currency": self.market.currency}
        supplier: Supplier = {"prices": [price]}
        if name := normalize(self.cells.get("supplier", "")):
            supplier["name"] = name
        return {"supplies": [{"suppliers": [supplier]}]}

    def _parse(self, parse: Callable[[str, Context], Value], column: str, context: Context) -> Value | None:
        """Return the value of a cell, None for an empty one and for one that cannot be read."""
        text = self.cells.get(column, "")
        try:
            return parse(text, context) if text else None
        except ValueError as problem:
            self.warnings.append(str(problem))
            return None

    def _look_up(self, parse: Callable[[str], str], column: str, label: str) -> str:
        """Return the code for a cell, '' for one without a known name."""
        text = self.cells.get(column, "")
        code = parse(text)
        if text and not code:
            self.unknown.append((label, text[:MAX_REPORTED_CHARS]))
        return code


def _without_empty(**values: Any) -> Any:
    return {name: value for name, value in values.items() if value}
