"""Books that are derived from blocks of a record."""

from datetime import UTC, datetime
from typing import Any

from bookshop.importing.rules.derive import derive_book
from bookshop.importing.rules.derived_book import (
    DerivedBook,
)
from bookshop.onix.blocks import Blocks
from bookshop.trade.market import Market

SINGAPORE = Market("SG", "SGD", "Asia/Singapore")


NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


ISBN = "9780306406157"


def a_derived_book(
    blocks: Blocks, *more: Blocks, now: datetime = NOW, market: Market = SINGAPORE, **overrides: str
) -> DerivedBook:
    """Derive a book from blocks, which have a title unless they set another."""
    blocks = {**blocks, "1": {"title": "Middlemarch", **blocks.get("1", {})}}
    return derive_book(ISBN, [blocks, *more], overrides, market, now)


def supplied(*prices: dict[str, Any], **supplier: Any) -> Blocks:
    """Return the block of one supplier."""
    return {"6": {"supplies": [{"suppliers": [{"availability": "21", "prices": list(prices), **supplier}]}]}}


def dated(role: str, day: str) -> Blocks:
    """Return a block with a date for the whole world."""
    return {"4": {"dates": [{"role": role, "date": day}]}}
