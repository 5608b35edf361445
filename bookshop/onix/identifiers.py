"""The ISBN among a product's identifiers."""

import re

from bookshop.onix.errors import InvalidRecord
from bookshop.onix.nodes import Node
from bookshop.trade.isbn import parse_isbn

# ONIX code list 5
ISBN_10, GTIN_13, ISBN_13 = "02", "03", "15"
ISBN_TYPES = (ISBN_13, GTIN_13, ISBN_10)
BARE_ISBN = re.compile(r"97(?:8[0-9]|9[1-9])[0-9]{9}")
MUSIC_PREFIX = "9790"
BOOK_PREFIXES = ("978", "979")


def find_isbn(identifiers: list[Node]) -> str:
    """Return the ISBN-13 among identifiers, or ''.

    Raises InvalidRecord if there are only invalid ones.
    """
    invalid = ""
    for identifier_type in ISBN_TYPES:
        for identifier in identifiers:
            text = identifier.get("value", "")
            if identifier.get("type") != identifier_type:
                continue
            if identifier_type == GTIN_13 and not text.startswith(BOOK_PREFIXES):
                continue
            if isbn := _parse_isbn(text):
                return isbn
            invalid = invalid or text
    if invalid.replace("-", "").startswith(MUSIC_PREFIX):
        raise InvalidRecord(f"{invalid} is printed music, not a book.")
    if invalid:
        raise InvalidRecord(f"{invalid[:20]} is not a valid ISBN: its check digit or its length is wrong.")
    return ""


def _parse_isbn(text: str) -> str | None:
    """Do the same as read_isbn, but faster for bare digits, which feeds have millions of."""
    if BARE_ISBN.fullmatch(text):
        total = sum(map(int, text[::2])) + 3 * sum(map(int, text[1::2]))
        return None if total % 10 else text
    return parse_isbn(text)
