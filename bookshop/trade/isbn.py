"""International Standard Book Numbers, read and written."""

from functools import lru_cache

from stdnum import isbn as stdnum_isbn
from stdnum.exceptions import ValidationError


def read_isbn(text: str) -> str | None:
    """The ISBN-13 in any spelling (10 or 13 digits, hyphens, spaces), or None; 979-0 is music, no book."""
    try:
        isbn: str = stdnum_isbn.to_isbn13(stdnum_isbn.validate(text.strip()))
    except ValidationError:
        return None
    return None if isbn.startswith("9790") else isbn


@lru_cache(maxsize=1000)
def write_isbns(isbn: str) -> tuple[str, ...]:
    """An ISBN-13 as it is printed in books, with hyphens; then the old ISBN-10 where there is one."""
    spelled: str = stdnum_isbn.format(isbn)
    if isbn.startswith("979"):
        return (spelled,)
    return spelled, stdnum_isbn.format(stdnum_isbn.to_isbn10(isbn))
