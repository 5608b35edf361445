"""Derive the book that the shop lists from the records of its senders."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from bookshop.catalogue.book import byline
from bookshop.catalogue.book_row import BookDetails
from bookshop.importing.rules.choose_price import ChosenPrice, choose_price
from bookshop.importing.rules.codes import FORM, LANGUAGE, code_or_empty
from bookshop.importing.rules.contributors import derive_contributors
from bookshop.importing.rules.derived_book import DerivedBook
from bookshop.importing.rules.description import (
    MAX_SERIES_NUMBER_CHARS,
    age_range,
    edition_name,
    full_title,
    page_count,
)
from bookshop.importing.rules.market_offer import (
    MarketOffer,
    find_market_offer,
    is_announced,
    is_expected,
    offer_days,
    preorder_time,
    sale_time,
)
from bookshop.importing.rules.overridable_fields import apply_overrides
from bookshop.importing.rules.product_kind import is_for_readers, is_trade_only
from bookshop.importing.rules.related import related_isbns, work_key
from bookshop.importing.rules.rights import may_sell_in
from bookshop.importing.rules.shown_content import change_days, is_shown
from bookshop.importing.rules.subjects import choose_category, subject_headings, visible_subjects
from bookshop.importing.rules.texts import BookTexts, derive_texts
from bookshop.onix.blocks import COLLATERAL, DESCRIPTIVE, PUBLISHING, RELATED, SUPPLY, Blocks
from bookshop.onix.collateral import CollateralBlock
from bookshop.onix.dates import is_plausible_year
from bookshop.onix.descriptive import DescriptiveBlock
from bookshop.onix.publishing import PublishingBlock
from bookshop.onix.related import RelatedBlock
from bookshop.trade.market import Market
from bookshop.trade.text import slug_of


def derive_book(
    isbn: str,
    sources: Iterable[Blocks],
    overrides: Mapping[str, str],
    market: Market,
    now: datetime,
    *,
    is_retired: bool = False,
) -> DerivedBook:
    """Derive a book from the blocks of its sources, the best first, and from its overrides.

    A book is retired when all senders have withdrawn their records; orders still show it.
    """
    blocks = best_blocks(sources)
    book = _derive(isbn, blocks, market, now.astimezone(market.zone).date(), is_retired=is_retired)
    return apply_overrides(book, overrides) if overrides else book


def _derive(isbn: str, blocks: Blocks, market: Market, today: date, *, is_retired: bool) -> DerivedBook:
    descriptive: DescriptiveBlock = blocks.get(DESCRIPTIVE, {})
    collateral: CollateralBlock = blocks.get(COLLATERAL, {})
    publishing: PublishingBlock = blocks.get(PUBLISHING, {})
    related: RelatedBlock = blocks.get(RELATED, {})
    offer = find_market_offer(blocks.get(SUPPLY, {}), publishing, market)
    price = choose_price(offer.prices, market, today)
    texts = derive_texts(collateral, market.country, today)
    all_covers = collateral.get("covers", [])
    covers = tuple(cover for cover in all_covers if is_shown(cover, market.country, today))
    days = (*offer_days(offer), *change_days([*collateral.get("texts", []), *all_covers]))
    contributors = derive_contributors(descriptive.get("contributors", []), texts.biography)
    publisher = publishing.get("publisher") or publishing.get("imprint", "")
    series = descriptive.get("series", "")
    return DerivedBook(
        isbn=isbn,
        title=full_title(descriptive),
        subtitle=descriptive.get("subtitle", ""),
        byline=byline(contributors) or descriptive.get("statement", ""),
        form=code_or_empty(FORM, descriptive.get("form", "")),
        pages=page_count(descriptive.get("extents", [])),
        publisher=publisher,
        publisher_key=slug_of(publisher),
        imprint=publishing.get("imprint", ""),
        published=_if_plausible(offer.published, today),
        language=code_or_empty(LANGUAGE, descriptive.get("language", "").lower()),
        blurb=texts.blurb,
        price_minor=price.minor,
        currency=market.currency,
        category=choose_category(descriptive.get("subjects", [])),
        series=series,
        series_number=descriptive.get("series_number", "")[:MAX_SERIES_NUMBER_CHARS],
        series_key=slug_of(series),
        work=work_key(related, publisher),
        supply=offer.supply,
        expected=_if_plausible(offer.expected, today) if is_expected(offer, today) else "",
        lead_days=offer.supplier.get("days"),
        on_sale=sale_time(offer, market, today),
        preorders_from=preorder_time(offer, market, today),
        is_listed=not is_retired and _is_listed(descriptive, offer) and is_announced(offer, today),
        may_sell=not is_retired and _may_sell(descriptive, publishing, offer, market),
        changes_on=min((day for day in days if day > today), default=None),
        details=_derive_details(descriptive, texts, offer, price),
        contributors=contributors,
        subjects=visible_subjects(descriptive.get("subjects", [])),
        related=related_isbns(related, isbn),
        headings=subject_headings(descriptive.get("subjects", [])),
        price_problem=price.problem,
        covers=covers,
        hidden_covers=frozenset(cover["link"] for cover in all_covers) - {cover["link"] for cover in covers},
    )


def _if_plausible(day: str, today: date) -> str:
    return day if day and is_plausible_year(day, today.year) else ""


def best_blocks(sources: Iterable[Blocks]) -> Blocks:
    """Take each block from the best source that has it."""
    best: Blocks = {}
    for blocks in sources:
        best = {**blocks, **best}
    return best


def _is_listed(descriptive: DescriptiveBlock, offer: MarketOffer) -> bool:
    return bool(descriptive.get("title")) and not offer.is_hidden and not is_trade_only(descriptive)


def _may_sell(
    descriptive: DescriptiveBlock, publishing: PublishingBlock, offer: MarketOffer, market: Market
) -> bool:
    is_open = not offer.is_stopped and is_for_readers(descriptive)
    return is_open and may_sell_in(market.country, publishing)


def _derive_details(
    descriptive: DescriptiveBlock, texts: BookTexts, offer: MarketOffer, price: ChosenPrice
) -> BookDetails:
    safety = offer.safety
    return BookDetails(
        description=texts.description,
        contents=texts.contents,
        keywords="; ".join(descriptive.get("keywords", ())),
        edition=edition_name(descriptive),
        height_mm=descriptive.get("height_mm"),
        width_mm=descriptive.get("width_mm"),
        thickness_mm=descriptive.get("thickness_mm"),
        weight_g=descriptive.get("weight_g"),
        ages=age_range(descriptive.get("age_from"), descriptive.get("age_to")),
        is_fixed_price=price.is_fixed,
        safety_name=safety.get("name", ""),
        safety_address=safety.get("address", ""),
        safety_email=safety.get("email", ""),
        supplier=offer.supplier.get("name", ""),
    )
