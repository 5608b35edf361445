"""The ISBN in a cell of a table, as spreadsheets, tills and library programs write it."""

import re

from stdnum import ean

from bookshop.trade.isbn import parse_isbn
from bookshop.trade.typed_text import normalize_code

# ="…" and an apostrophe keep a spreadsheet from reading a number; LibraryThing writes [brackets]
AROUND_CODES = "=\"'[] "
NO_CODES = frozenset({"", "0", "-", "--", "n/a", "na", "none", "null"})
SHORTENED = re.compile(r"[0-9]+(?:[.,][0-9]+)?E\+?[0-9]+")
DECIMALS = re.compile(r"[.,]0+")
GROUPED = re.compile(r"[0-9]{1,3}(?:[.,'’][0-9]{3})+")
# 13 or 10 digits with hyphens or spaces, not within a longer number
ISBNS = re.compile(r"(?<![0-9A-Z])(?:97[89][ -]?(?:[0-9][ -]?){9}[0-9]|(?:[0-9][ -]?){9}[0-9X])(?![0-9A-Z])")
# after a barcode of 13 digits, scanners write the small one beside it, often the price
WITH_ADD_ON = re.compile(r"(97[89][0-9]{10}) ?(?:[0-9]{2}|[0-9]{5})")
WITHOUT_ZEROS = re.compile(r"[0-9]{7,9}|[0-9]{8}X")
MUSIC = re.compile(r"9790[0-9]{9}|M[0-9]{9}")
ISBN_10_DIGITS = 10
MAX_QUOTED_CHARS = 20


def parse_isbn_cell(text: str) -> str:
    """Return the ISBN-13 in a cell; raises ValueError if there is not exactly one."""
    text = normalize_code(text).strip(AROUND_CODES).upper()
    text = DECIMALS.sub("", text) if DECIMALS.fullmatch(text.lstrip("0123456789")) else text
    # one digit again and again is a placeholder, and passes the check of an ISBN-10
    if text.lower() in NO_CODES or len(set(text) - {"-", " "}) == 1:
        raise ValueError("The row has no ISBN.")
    if isbn := parse_isbn(text):
        return isbn
    quoted = text[:MAX_QUOTED_CHARS]
    if SHORTENED.fullmatch(text):
        raise ValueError(f"{quoted} is an ISBN that a spreadsheet has shortened. Format its column as text.")
    found = _find_isbns(text)
    if len(found) > 1:
        raise ValueError("The row has two ISBNs. Give each book a row of its own.")
    if not found:
        raise ValueError(_describe_other_code(text, quoted))
    return found.pop()


def is_bare_isbn(text: str) -> bool:
    """Return whether a code of the shop's own is a whole ISBN."""
    code = normalize_code(text).strip(AROUND_CODES)
    return len(code) >= ISBN_10_DIGITS and parse_isbn(code) is not None


def _find_isbns(text: str) -> set[str]:
    """Return the ISBNs in a text with more around them, or with digits too many or too few."""
    digits = re.sub(r"[.,'’]", "", text) if GROUPED.fullmatch(text) else text.replace("-", "")
    if WITHOUT_ZEROS.fullmatch(digits):
        # a spreadsheet leaves out the zeros at the start of a number
        digits = digits.zfill(ISBN_10_DIGITS)
    elif with_add_on := WITH_ADD_ON.fullmatch(digits):
        digits = with_add_on[1]
    elif len(digits) == 14 and digits.startswith("0"):
        # a barcode number of 14 digits
        digits = digits[1:]
    if isbn := parse_isbn(digits):
        return {isbn}
    return set(filter(None, map(parse_isbn, ISBNS.findall(text))))


def _describe_other_code(text: str, quoted: str) -> str:
    code = re.sub("[ -]", "", text)
    if MUSIC.search(code):
        return f"{quoted} is the number of printed music (ISMN), not an ISBN."
    if not (len(code) in (12, 13, 14) and ean.is_valid(code.zfill(13)[-13:])):
        return f"{quoted} is not a valid ISBN. Check its length and its digits."
    if code.startswith("977"):
        return f"{quoted} is the barcode of a magazine (ISSN), not an ISBN."
    return f"{quoted} is the barcode of another product, not an ISBN."
