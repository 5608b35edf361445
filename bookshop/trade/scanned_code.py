"""Read what a scanner, or a hand, puts into the field for scans."""

import re
from typing import NamedTuple

from bookshop.trade.isbn import parse_isbn
from bookshop.trade.typed_text import normalize_code

MAX_CODE_CHARS = 100
# "5×", "5x" or "5*" before a code: a stack of five
STACK = re.compile(r"(\d{1,3})\s*[×x*]\s*(.+)", re.IGNORECASE)
# the price code beside a book's code, which many scanners read with it
WITH_ADD_ON = re.compile(r"(97[89]\d{10})(?:\d{2}|\d{5})")
# shorter than an ISBN of ten digits
ORDER_NUMBER = re.compile(r"#?(\d{1,9})")


class Scan(NamedTuple):
    """A code of a book or a slip, or another one, and how many copies it stands for."""

    code: str
    quantity: int = 1
    isbn: str = ""
    order_number: int | None = None


def read_scan(text: str) -> Scan:
    """Return what was scanned: ISBN-13, ISBN-10, EAN with add-on, or the code of a slip."""
    typed = normalize_code(text)[:MAX_CODE_CHARS]
    stack = STACK.fullmatch(typed)
    quantity, code = (int(stack[1]), stack[2]) if stack else (1, typed)
    if isbn := find_scanned_isbn(code) if quantity else None:
        return Scan(code, quantity, isbn)
    number = None if stack else ORDER_NUMBER.fullmatch(code)
    return Scan(typed, 1, order_number=int(number[1]) if number else None)


def find_scanned_isbn(code: str) -> str | None:
    """Return the ISBN-13 of a book's code, or None."""
    with_add_on = WITH_ADD_ON.fullmatch(re.sub("[ -]", "", code))
    return parse_isbn(with_add_on[1] if with_add_on else code)
