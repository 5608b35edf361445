"""Words that a shopper joined or split, such as winniethepooh and wonder land."""

import re
from collections.abc import Collection, Container, Iterator, Sequence
from itertools import chain, combinations, pairwise

from bookshop.search.book_tokens import MIN_VOCABULARY_CHARS, STOP_WORDS

INITIALS = re.compile(r"\b([^\W\d_]) (?=[^\W\d_]\b)")
MIN_COMPOUND_CHARS, MAX_COMPOUND_CHARS = 5, 30
MAX_PARTS = 5
ARTICLE = "a"


def join_initials(words: Sequence[str]) -> tuple[str, ...]:
    """Return j r r tolkien as jrr tolkien."""
    return tuple(INITIALS.sub(r"\1", " ".join(words)).split())


def list_joined(words: Sequence[str]) -> Iterator[str]:
    """Return each two neighbors as one word."""
    return (first + second for first, second in pairwise(words))


def join_known(words: Sequence[str], known: Container[str]) -> tuple[str, ...]:
    """Return the words, those neighbors joined that are a known word together."""
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] + word in known:
            joined[-1] += word
        else:
            joined.append(word)
    return tuple(joined)


def list_parts(word: str) -> Iterator[str]:
    """Return what may be a word within a word."""
    if MIN_COMPOUND_CHARS <= len(word) <= MAX_COMPOUND_CHARS:
        for start, end in combinations(range(len(word) + 1), 2):
            if end - start >= MIN_VOCABULARY_CHARS:
                yield word[start:end]


def split_compounds(
    words: Sequence[str], unknown: Collection[str], known: Container[str]
) -> Iterator[tuple[str, ...]]:
    """Return the words with all unknown ones split; if all are known, one of them at a time."""
    splits = {word: parts for word in words if (parts := _split(word, known))}
    for replaced in [unknown] if unknown else [[word] for word in splits]:
        if chosen := {word: splits[word] for word in replaced if word in splits}:
            yield tuple(chain.from_iterable(chosen.get(word, (word,)) for word in words))


def _split(word: str, known: Container[str]) -> tuple[str, ...]:
    """Return the fewest words that together are this one, each known, a stop word or a number."""
    best: list[tuple[str, ...]] = [()]
    for end in range(1, len(word) + 1):
        splits = (
            (*best[start], word[start:end])
            for start in range(end)
            if (best[start] or not start) and (start or end < len(word)) and _is_part(word[start:end], known)
        )
        best.append(min(splits, key=len, default=()))
    return best[-1] if len(best[-1]) <= MAX_PARTS else ()


def _is_part(part: str, known: Container[str]) -> bool:
    is_stop_word = part in STOP_WORDS and (len(part) > 1 or part == ARTICLE)
    return part in known or is_stop_word or part.isdecimal()
