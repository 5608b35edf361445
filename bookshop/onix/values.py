"""Texts, dates and numbers as senders write them, read with good will."""

import html
import re
import unicodedata
from datetime import date
from functools import lru_cache

# what nobody sees and no reader of a record means: controls (not white space), soft hyphens, zero widths,
# turns of writing direction; a joiner stays where it may shape letters, after one that is not ASCII
UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]"
    "|(?:(?<=[\x00-\x7f])|\\A)[\u200c\u200d]"
)
CONTROLS = re.compile("[\x80-\x9f]")
WINDOWS = {chr(code): bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}
BLANK_LINES = re.compile(r"\n{3,}")
CODE = re.compile(r"[0-9]{8}|[0-9]{6}|[0-9]{4}")

# ONIX code list 55: how many of the first digits say which days, months and years are meant
FIRST_DIGITS = {"00": 8, "01": 6, "05": 4, "06": 8, "07": 6, "11": 4, "13": 8, "14": 8}
# weeks, quarters, seasons and spreads of them: the year is what we can tell from those
YEAR_ONLY = {"02": 4, "03": 4, "04": 4, "08": 4, "09": 4, "10": 4}
DIGITS = FIRST_DIGITS | YEAR_ONLY
# those with an end as well, in as many digits
SPREADS = frozenset({"06", "07", "11"})
DATE_LENGTHS = (8, 6, 4)
MOST_WHOLE = 9


def fold(text: str) -> str:
    """One line of text in composed letters, with single spaces and nothing unseen in it."""
    # entities that were escaped twice
    return fold_markup(html.unescape(text) if "&" in text else text)


def fold_markup(text: str) -> str:
    """As fold, for HTML, whose entities stay."""
    # nearly every text is in order; to find that out is far cheaper than to put it in order
    if not text.isprintable() or "  " in text or text[:1] == " " or text[-1:] == " ":
        text = " ".join(_quoted(text).split())
        if not text.isprintable():
            text = " ".join(UNSEEN.sub("", text).split())
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def tidy(text: str) -> str:
    """As fold, with the line breaks kept."""
    lines = map(fold_markup, _quoted(text).splitlines())
    return BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def _quoted(text: str) -> str:
    """With the quotes and dashes of Windows that a wrong encoding turned into controls."""
    return text if text.isascii() else CONTROLS.sub(lambda found: WINDOWS.get(found[0], ""), text)


def read_date(text: str, form: str = "") -> str:
    """A date as YYYY, YYYY-MM or YYYY-MM-DD, whichever it tells; '' when it tells none."""
    digits = text.replace("-", "") if form in ("", "00", "01") else text
    length = DIGITS.get(form, 0) if form else _length(digits)
    # senders name one format and write another; what they wrote tells
    if form in ("00", "01", "05") and len(digits) != length:
        length = _length(digits)
    return _dashed(digits[:length]) if length else ""


@lru_cache(maxsize=4096)
def read_spread(text: str, form: str) -> tuple[str, str]:
    """The first and the last date of a spread; both the same unless the format has two."""
    first = read_date(text, form)
    if form not in SPREADS:
        return first, first
    return first, _dashed(text[DIGITS[form] :])


def read_whole(text: str) -> int | None:
    """A whole number that is not below 0, or None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_WHOLE else None


def _length(digits: str) -> int:
    """Of a date whose format nobody told, or with a time after it."""
    return next((length for length in DATE_LENGTHS if CODE.fullmatch(digits[:length])), 0)


def _dashed(digits: str) -> str:
    if not CODE.fullmatch(digits):
        return ""
    year, month, day = digits[:4], digits[4:6] or "01", digits[6:] or "01"
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return ""
    return "-".join(part for part in (year, digits[4:6], digits[6:]) if part)
