"""Where the next page of sorted books begins."""

import re
from typing import NamedTuple

from bookshop.search.sort import Sort
from bookshop.search.sort_keys import NO_PRICE
from bookshop.search.title_key import MAX_TITLE_KEY_CHARS

# a rank, and a key: a number, or the words of a title joined by hyphens
SORT_CURSOR = re.compile(rf"([0-9a-f]{{1,14}})~([^_~\s\0]{{,{MAX_TITLE_KEY_CHARS}}})")
NUMBER = re.compile(r"-?\d{1,10}", re.ASCII)


class SortCursor(NamedTuple):
    """The key and the rank of a page's last book.

    It has both, so that it stays where it is when the book changes or is gone.
    """

    key: int | str
    rank: int

    def __str__(self) -> str:
        return f"{self.rank:x}~{str(self.key).replace(' ', '-')}"

    @classmethod
    def from_text(cls, text: str, sort: Sort) -> "SortCursor | None":
        """Read a cursor from an address; None if it is not one of this order."""
        match = SORT_CURSOR.fullmatch(text)
        if not match:
            return None
        rank, key = int(match[1], 16), match[2]
        if sort is Sort.TITLE:
            return cls(key.replace("-", " "), rank)
        if NUMBER.fullmatch(key) and abs(int(key)) <= NO_PRICE:
            return cls(int(key), rank)
        return None
