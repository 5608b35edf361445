"""Normalize text: composed letters, single spaces, no invisible characters."""

import html
import re
import unicodedata

from bookshop.trade.typed_text import INVISIBLE_CHARS

CONTROLS = re.compile("[\x80-\x9f]")
CP1252_BY_CONTROL = {chr(code): bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}
BLANK_LINES = re.compile(r"\n{3,}")


def normalize(text: str) -> str:
    """Return plain text on one line, with its HTML entities decoded."""
    # some senders escape entities twice
    return normalize_html(html.unescape(text) if "&" in text else text)


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
