"""The texts about a book."""

from dataclasses import dataclass

from bookshop.catalogue.book import MAX_BLURB_CHARS
from bookshop.importing.rules.markup import as_plain, sanitize, shorten
from bookshop.onix.collateral import BIOGRAPHY, CONTENTS, DESCRIPTION, SHORT_DESCRIPTION, CollateralBlock
from bookshop.onix.markup import Text


@dataclass(frozen=True, slots=True)
class BookTexts:
    """Texts as sanitized HTML; `blurb` is plain text, `biography` as it was sent."""

    description: str
    contents: str
    blurb: str
    biography: Text | None


def derive_texts(collateral: CollateralBlock) -> BookTexts:
    """Take the first text of each type."""
    texts: dict[str, Text] = {}
    for text in collateral.get("texts", []):
        texts.setdefault(text["type"], text)
    short = sanitize(texts.get(SHORT_DESCRIPTION))
    description = sanitize(texts.get(DESCRIPTION)) or short
    return BookTexts(
        description=description,
        contents=sanitize(texts.get(CONTENTS)),
        blurb=shorten_to_blurb(short or description),
        biography=texts.get(BIOGRAPHY),
    )


def shorten_to_blurb(markup: str) -> str:
    """Return the beginning of a text as plain text that fits a list of books."""
    return shorten(as_plain(markup), MAX_BLURB_CHARS)
