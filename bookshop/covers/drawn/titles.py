"""Shorten titles and names to what fits on a cover."""

import re
import unicodedata

from bookshop.covers.drawn.fonts import SANS, text_width

MAX_DRAWN_CHARS = 120
SUBTITLE = re.compile(r"(?<=\S)(?:; or,|[:;] |：| \().*", re.DOTALL)


def clean(text: str) -> str:
    """Return a text on one line, without characters that XML forbids."""
    kept = (" " if c.isspace() else c for c in unicodedata.normalize("NFC", text))
    printable = (c for c in kept if unicodedata.category(c) not in ("Cc", "Cs") and c not in "\ufffe\uffff")
    return " ".join("".join(printable).split())


def main_title(title: str) -> str:
    """Return a title without the subtitle that is written into it."""
    return SUBTITLE.sub("", title) or title


def shorten(text: str, ems: float) -> str:
    """Return as many words of a text as are readable on a cover."""
    end = min(len(text), MAX_DRAWN_CHARS)
    while text_width(text[:end], SANS) > ems:
        end -= 1
    if end == len(text):
        return text
    return text[:end].rpartition(" ")[0].rstrip(" ,;:–-") + "…" if " " in text[:end] else text[:end] + "…"
