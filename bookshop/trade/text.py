"""Normalize text for search and for addresses."""

import re
import unicodedata
from functools import lru_cache
from itertools import filterfalse

# without the underscore, which separates prefixes in the search index
WORDS = re.compile(r"[^\W_]+")
FOREIGN = re.compile(r"[^\x00-\x7f]+")
MAX_SLUG_CHARS = 80


@lru_cache(maxsize=10_000)
def slug_of(text: str) -> str:
    """Return a text as the readable end of an address; it may be empty."""
    return "-".join(words(text))[:MAX_SLUG_CHARS].strip("-")


def words(text: str) -> list[str]:
    """Return the words of a text without case, accents and punctuation."""
    return WORDS.findall(normalize_text(text))


def initials_of(name: str) -> str:
    """Return the first letters of the first and the last word of a name."""
    found = name.split()
    return "".join(word[0].upper() for word in (found[:1] + found[1:][-1:]))


def normalize_text(text: str) -> str:
    """Return a text without case and accents."""
    if text.isascii():
        return text.lower()
    # folded again, since compatibility forms such as № bring capitals of their own
    plain = unicodedata.normalize("NFKD", text.casefold()).casefold()
    return FOREIGN.sub(_without_marks, plain)


def _without_marks(found: re.Match[str]) -> str:
    return "".join(filterfalse(unicodedata.combining, found[0]))
