"""The orders in which lists and search results can be read."""

from enum import StrEnum


class Sort(StrEnum):
    """An order of books; the value is the argument `sort` of an address."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    PRICE = "price"
    PRICE_DESC = "price-desc"
    TITLE = "title"
    BESTSELLING = "bestselling"

    @classmethod
    def from_text(cls, text: str) -> "Sort":
        """Read an order from an address; RELEVANCE, the default, if it is unknown."""
        return cls(text) if text in list(cls) else cls.RELEVANCE
