"""Normalize text: composed letters, single spaces, no invisible characters."""

import html
import re
import unicodedata

# controls (not white space), soft hyphens, zero widths, changes of writing direction;
# a joiner stays where it may shape letters, after a character that is not ASCII
INVISIBLE_CHARS = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]"
    "|(?:(?<=[\x00-\x7f])|\\A)[\u200c\u200d]"
)
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
