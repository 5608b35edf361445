"""Parse, find and format International Standard Book Numbers."""

import re
from collections.abc import Iterator
from functools import lru_cache

from stdnum import isbn as stdnum_isbn
from stdnum.exceptions import ValidationError

from bookshop.trade.typed_text import normalize_code

# what follows 978 is not a number of ten digits
SPELLED_LIKE_ISBN = re.compile(
    r"(?<!\d)(?<!97[89][ -])(?:97[89][ -]*)?(?:\d[ -]*){9}(?:\d|X(?![A-Z]))(?!\d)", re.ASCII | re.IGNORECASE
)


def parse_isbn(text: str) -> str | None:
    """Return the ISBN-13 of any spelling (10 or 13 digits, hyphens, spaces), or None.

    979-0 is the prefix of sheet music, whose numbers are not ISBNs.
    """
    try:
        isbn: str = stdnum_isbn.to_isbn13(stdnum_isbn.validate(normalize_code(text)))
    except ValidationError:
        return None
    return None if isbn.startswith("9790") else isbn


def find_isbn(text: str) -> str | None:
    """Return the ISBN-13 in a text, whatever surrounds it; None if there are several or none."""
    found = set(_list_isbns(normalize_code(text)))
    return found.pop() if len(found) == 1 else None


def _list_isbns(code: str) -> Iterator[str]:
    start = 0
    while match := SPELLED_LIKE_ISBN.search(code, start):
        isbn = parse_isbn(match[0])
        if isbn:
            yield isbn
        # another number may begin within one that is not valid
        start = match.end() if isbn else match.start() + 1


@lru_cache(maxsize=1000)
def format_isbns(isbn: str) -> tuple[str, ...]:
    """Return an ISBN-13 with hyphens as books print it, then its ISBN-10 if it has one."""
    spelled: str = stdnum_isbn.format(isbn)
    if isbn.startswith("979"):
        return (spelled,)
    return spelled, stdnum_isbn.format(stdnum_isbn.to_isbn10(isbn))
