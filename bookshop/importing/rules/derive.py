"""The book that a shop shows, out of all that is said of it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from bookshop.catalogue.book import Contributor
from bookshop.importing.rules.describe import (
    describe,
    first_texts,
    is_sold,
    is_trade_only,
    relations_of,
    shorten_to_blurb,
    word,
    work_of,
)
from bookshop.importing.rules.market import has_rights
from bookshop.importing.rules.markup import sanitise
from bookshop.importing.rules.offer import Offer, find_offer, offer_fields
from bookshop.onix.blocks import COLLATERAL, DESCRIPTIVE, PUBLISHING, RELATED, SUPPLY, Blocks
from bookshop.onix.collateral import CollateralBlock, CoverResource
from bookshop.onix.descriptive import DescriptiveBlock
from bookshop.onix.numbers import parse_whole
from bookshop.onix.publishing import PublishingBlock
from bookshop.onix.text import normalize
from bookshop.trade.categories import CATEGORIES
from bookshop.trade.market import Market
from bookshop.trade.text import slug_of


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedBook:
    """All that the catalogue keeps of a book, except what the shop itself adds."""

    isbn: str
    title: str
    subtitle: str
    byline: str
    form: str
    form_detail: str
    pages: int
    publisher: str
    imprint: str
    published: str
    language: str
    blurb: str
    price_minor: int
    currency: str
    category: str
    series: str
    series_number: str
    series_key: str
    publisher_key: str
    work: str
    supply: str
    expected: str
    lead_days: int | None
    on_sale: datetime | None
    preorders_from: datetime | None
    is_listed: bool
    may_sell: bool
    changes_on: date | None
    description: str
    contents: str
    edition: str
    height_mm: int | None
    width_mm: int | None
    thickness_mm: int | None
    weight_g: int | None
    is_fixed_price: bool
    ages: str
    safety_name: str
    safety_address: str
    safety_email: str
    contributors: tuple[Contributor, ...]
    subjects: tuple[tuple[str, str], ...]
    headings: tuple[tuple[str, str, str], ...]
    related: tuple[tuple[str, str], ...]
    keywords: tuple[str, ...]
    cover_links: tuple[CoverResource, ...]


def derive_book(
    isbn: str,
    blocks_by_rank: Iterable[Blocks],
    overrides: Mapping[str, str],
    market: Market,
    now: datetime,
    *,
    is_retired: bool = False,
) -> DerivedBook:
    """The book out of what each sender says, the best source first, and what the bookseller says over it.

    A book is retired when every sender withdrew what they said; its last words stay for its orders.
    """
    blocks = best_blocks(blocks_by_rank)
    about: DescriptiveBlock = blocks.get(DESCRIPTIVE, {})
    collateral: CollateralBlock = blocks.get(COLLATERAL, {})
    publishing: PublishingBlock = blocks.get(PUBLISHING, {})
    today = now.astimezone(market.zone).date()
    offer = find_offer(blocks.get(SUPPLY, {}), publishing, market)
    texts = first_texts(collateral)
    publisher = publishing.get("publisher") or publishing.get("imprint", "")
    entry = DerivedBook(
        isbn=isbn,
        currency=market.currency,
        publisher=publisher,
        publisher_key=slug_of(publisher),
        imprint=publishing.get("imprint", ""),
        is_listed=not is_retired and _is_shown(about, offer),
        may_sell=not is_retired and _is_sold(about, offer) and has_rights(publishing, market.country),
        work=work_of(blocks.get(RELATED, {}), publisher),
        related=relations_of(blocks.get(RELATED, {}), isbn),
        cover_links=tuple(collateral.get("covers", ())),
        **describe(about, texts),
        **word(texts),
        **offer_fields(offer, market, today),
    )
    return apply_overrides(entry, overrides) if overrides else entry


def best_blocks(blocks_by_rank: Iterable[Blocks]) -> Blocks:
    """Each block by the best source that has it."""
    best: Blocks = {}
    for blocks in blocks_by_rank:
        best = {**blocks, **best}
    return best


def _is_shown(about: DescriptiveBlock, offer: Offer) -> bool:
    return bool(about.get("title")) and not offer.is_hidden and not is_trade_only(about)


def _is_sold(about: DescriptiveBlock, offer: Offer) -> bool:
    return not offer.is_stopped and is_sold(about)


def apply_overrides(entry: DerivedBook, overrides: Mapping[str, str]) -> DerivedBook:
    """The book with the bookseller's words over what was imported; fields that cannot be edited are left."""
    changes = {
        field: OVERRIDABLE_FIELDS[field](value)
        for field, value in overrides.items()
        if field in OVERRIDABLE_FIELDS
    }
    changes = {field: value for field, value in changes.items() if value is not None}
    if "description" in changes and "blurb" not in changes:
        changes["blurb"] = shorten_to_blurb(changes["description"])
    for field, key in (("series", "series_key"), ("publisher", "publisher_key")):
        if field in changes:
            changes[key] = slug_of(changes[field])
    return replace(entry, **changes)


def _parse_text(value: str) -> str:
    return sanitise({"text": value, "is_html": "<" in value})


def _parse_choice(value: str) -> bool | None:
    return {"0": False, "1": True}.get(value)


def _parse_category(value: str) -> str | None:
    return value if value in CATEGORIES else None


OVERRIDABLE_FIELDS: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(("title", "subtitle", "byline", "blurb", "publisher", "imprint"), normalize),
    **dict.fromkeys(("series", "series_number", "edition", "ages"), normalize),
    **dict.fromkeys(("description", "contents"), _parse_text),
    **dict.fromkeys(("price_minor", "pages"), parse_whole),
    **dict.fromkeys(("is_listed", "may_sell", "is_fixed_price"), _parse_choice),
    "category": _parse_category,
}
