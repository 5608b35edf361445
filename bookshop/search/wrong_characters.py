"""Typos in scripts without spaces: a wrong character, or one too many, such as a particle."""

from collections.abc import Iterator, Sequence

from bookshop.search.words import is_unspaced

# with fewer, nothing would be left of them: without the first or the last character, without another one
MIN_PAIRS, MIN_PAIRS_AROUND = 2, 3


def without_one_character(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Return the words without one character of a run of pairs, first the last and the first."""
    start = 0
    for end in range(1, len(words) + 1):
        if end == len(words) or not _is_continued(words[end - 1], words[end]):
            yield from _without_one_of(words, start, end)
            start = end


def _without_one_of(words: Sequence[str], start: int, end: int) -> Iterator[tuple[str, ...]]:
    ends = (end, start) if end - start >= MIN_PAIRS else ()
    between = range(start + 1, end) if end - start >= MIN_PAIRS_AROUND else ()
    for wrong in (*ends, *between):
        yield (*words[: max(wrong - 1, start)], *words[min(wrong + 1, end) :])


def _is_continued(pair: str, following: str) -> bool:
    return is_unspaced(pair) and is_unspaced(following) and pair[-1] == following[0]
