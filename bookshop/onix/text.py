"""Normalize text: composed letters, single spaces, no invisible characters."""

import html
import re
import unicodedata

from bookshop.trade.typed_text import INVISIBLE_CHARS

CONTROLS = re.compile("[\x80-\x9f]")
CP1252_BY_CONTROL = {chr(code): bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}
BLANK_LINES = re.compile(r"\n{3,}")
HTML_TAGS = (
    "a|abbr|b|big|blockquote|br|center|cite|code|dd|del|div|dl|dt|em|font|h[1-6]|i|ins|li|ol|p|pre|q|s|small"
    "|span|strike|strong|sub|sup|table|td|th|tr|tt|u|ul|var"
)
# what shows that a text is HTML, whatever format its sender names
SURE_MARKUP = re.compile(rf"</(?:{HTML_TAGS})\s*>|<br\s*/?>", re.IGNORECASE)
BLOCK_TAG = re.compile(
    r"</?(?:blockquote|br|center|dd|div|dl|dt|h[1-6]|li|ol|p|pre|table|td|th|tr|ul)\b[^<>]*>", re.IGNORECASE
)
ANY_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
RAISED_OR_LOWERED = re.compile(r"<(su[bp])\b[^<>]*>([^<>]*)</\1\s*>", re.IGNORECASE)
# without these, ten to the power of six would read as 106
SCRIPT_CHARS = {
    "sup": str.maketrans("0123456789+-−=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾"),
    "sub": str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎"),
}


def normalize(text: str) -> str:
    """Return plain text on one line, with its HTML entities decoded and without HTML tags."""
    # some senders escape entities twice
    text = html.unescape(text) if "&" in text else text
    return normalize_html(strip_tags(text) if "<" in text and SURE_MARKUP.search(text) else text)


def strip_tags(markup: str) -> str:
    """Return HTML without its tags: raised and lowered digits stay so, and blocks stay apart."""
    markup = RAISED_OR_LOWERED.sub(lambda found: found[2].translate(SCRIPT_CHARS[found[1].lower()]), markup)
    return ANY_TAG.sub("", BLOCK_TAG.sub(" ", markup))


def normalize_html(text: str) -> str:
    """Return HTML on one line, with its entities as they are."""
    # nearly every text is normal already, and the test for it is far cheaper than the work
    if not text.isprintable() or "  " in text or text[:1] == " " or text[-1:] == " ":
        text = " ".join(_repair_cp1252(text).split())
        if not text.isprintable():
            text = " ".join(INVISIBLE_CHARS.sub("", text).split())
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def normalize_multiline(text: str) -> str:
    """Return plain text with its line breaks, and at most one blank line between two others."""
    lines = map(normalize_html, _repair_cp1252(text).splitlines())
    return BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def _repair_cp1252(text: str) -> str:
    """Restore Windows quotes and dashes that a wrong encoding turned into controls."""
    return text if text.isascii() else CONTROLS.sub(lambda found: CP1252_BY_CONTROL.get(found[0], ""), text)
