"""Showing in a text which of its words were looked for."""

import re
from collections.abc import Sequence
from functools import lru_cache

from markupsafe import Markup, escape

from bookshop.search.query import LITTLE, fold

WORD = re.compile(r"\w+")
MARKED = Markup("<mark>{}</mark>")


def mark(text: str, wanted: Sequence[str]) -> Markup:
    """The text as HTML with the wanted words marked; words that begin with the last of them count too.

    Little words are marked only where nothing else was wanted: they stand in every text.
    """
    if not wanted:
        return escape(text)
    *_, last = wanted
    sought = frozenset(wanted) - LITTLE or frozenset(wanted)
    # one letter begins half of all words
    start = last if len(last) > 1 and last in sought else "\0"
    marked, end = Markup(), 0
    for part in WORD.finditer(text):
        if any(word in sought or word.startswith(start) for word in _folded(part[0])):
            marked += escape(text[end : part.start()]) + MARKED.format(part[0])
            end = part.end()
    return marked + escape(text[end:])


@lru_cache(maxsize=20_000)
def _folded(word: str) -> tuple[str, ...]:
    return tuple(fold(word))
