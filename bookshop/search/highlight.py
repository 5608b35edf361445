"""Highlight the words of a query in a text."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from markupsafe import Markup, escape

from bookshop.search.book_tokens import STOP_WORDS
from bookshop.search.other_spellings import other_spellings
from bookshop.search.words import UNSPACED, VOWEL_SIGNS, is_unspaced, split_words

WORD = re.compile(rf"[{UNSPACED}]|\b[A-Za-z](?:\+\+|#)|(?:[^\W{UNSPACED}]|[{VOWEL_SIGNS}])+")
HIGHLIGHTED = Markup("<mark>{}</mark>")
BETWEEN = Markup("</mark><mark>")


def highlight(text: str, query_words: Sequence[str]) -> Markup:
    """Return the text as HTML that marks these words, and words that begin with the last one.

    The words of the query are normalized. Stop words are in every text, so they are marked only if
    there are no other words.
    """
    if not query_words:
        return escape(text)
    last = query_words[-1]
    marked_words = frozenset(query_words) - STOP_WORDS or frozenset(query_words)
    # too many words begin with a single letter
    start = last if len(last) > 1 and last in marked_words else "\0"
    html, end = Markup(), 0
    for match in WORD.finditer(text):
        if any(word in marked_words or word.startswith(start) for word in _words_at(text, match)):
            html += escape(text[end : match.start()]) + HIGHLIGHTED.format(match[0])
            end = match.end()
    return (html + escape(text[end:])).replace(BETWEEN, Markup())


def _words_at(text: str, match: re.Match[str]) -> Iterator[str]:
    """Return the words of a match; of a character, also its pairs with those beside it."""
    yield from _normalize_word(match[0])
    if is_unspaced(match[0]):
        for pair in (text[max(match.start() - 1, 0) : match.end()], text[match.start() : match.end() + 1]):
            words = _normalize_word(pair)
            # a space or a letter beside it makes no pair
            yield from words if len(words) == 1 else ()


@lru_cache(maxsize=20_000)
def _normalize_word(word: str) -> tuple[str, ...]:
    words = split_words(word)
    return (*words, *other_spellings(word, words))
