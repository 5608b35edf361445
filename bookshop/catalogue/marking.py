"""Showing in a text which of its words were looked for."""

import re
from collections.abc import Sequence
from functools import lru_cache

from markupsafe import Markup, escape

from bookshop.catalogue.search import fold

WORD = re.compile(r"(\w+)")


def mark(text: str, wanted: Sequence[str]) -> Markup:
    """The text as HTML with the wanted words marked; words that begin with the last of them count too."""
    if not wanted:
        return escape(text)
    *_, last = wanted
    sought = frozenset(wanted)
    # one letter begins half of all words
    start = last if len(last) > 1 else "\0"
    # every second part is a word
    parts = WORD.split(text)
    for n, part in enumerate(parts):
        is_found = n % 2 == 1 and any(word in sought or word.startswith(start) for word in _folded(part))
        parts[n] = Markup("<mark>{}</mark>").format(part) if is_found else escape(part)
    return Markup("").join(parts)


@lru_cache(maxsize=20_000)
def _folded(word: str) -> tuple[str, ...]:
    return tuple(fold(word))
