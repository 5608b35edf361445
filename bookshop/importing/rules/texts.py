"""The texts about a book."""

from dataclasses import dataclass
from datetime import date

from bookshop.catalogue.book import MAX_BLURB_CHARS
from bookshop.importing.rules.markup import as_plain, sanitize, shorten
from bookshop.importing.rules.shown_content import is_shown
from bookshop.onix.collateral import (
    ABSTRACT,
    BIOGRAPHY,
    CONTENTS,
    DESCRIPTION,
    PRIMARY_COVER_COPY,
    SECONDARY_COVER_COPY,
    SHORT_DESCRIPTION,
    CollateralBlock,
)
from bookshop.onix.markup import Text


@dataclass(frozen=True, slots=True)
class BookTexts:
    """Texts as sanitized HTML; `blurb` is plain text, `biography` as it was sent."""

    description: str
    contents: str
    blurb: str
    biography: Text | None


def derive_texts(collateral: CollateralBlock, country: str, today: date) -> BookTexts:
    """Take the first text of each type that may be shown.

    Without a description, the text on the cover or an abstract serves as one.
    """
    texts: dict[str, Text] = {}
    for text in collateral.get("texts", []):
        if is_shown(text, country, today):
            texts.setdefault(text["type"], text)
    short = sanitize(texts.get(SHORT_DESCRIPTION))
    cover_copy = "".join(sanitize(texts.get(kind)) for kind in (PRIMARY_COVER_COPY, SECONDARY_COVER_COPY))
    description = sanitize(texts.get(DESCRIPTION)) or cover_copy or sanitize(texts.get(ABSTRACT)) or short
    return BookTexts(
        description=description,
        contents=sanitize(texts.get(CONTENTS)),
        blurb=shorten_to_blurb(short or description),
        biography=texts.get(BIOGRAPHY),
    )


def shorten_to_blurb(markup: str) -> str:
    """Return the beginning of a text as plain text that fits a list of books."""
    return shorten(as_plain(markup), MAX_BLURB_CHARS)
