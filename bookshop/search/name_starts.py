"""The texts by whose beginning a name is found: the name from each of its words on."""

import re
from collections.abc import Iterator
from functools import lru_cache

from bookshop.search.words import RUNS, UNITS, UNSPACED, is_unspaced, plain_text
from bookshop.trade.text import WORDS

MAX_STARTS = 12
MAX_START_CHARS = 80
# of O’Brien; then of Jean-Paul, and between the initials of J. R. R. Tolkien
APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")
WITHIN_WORDS = re.compile(r"(?<=\w)[‐-](?=\w)|(?<=\b[^\W\d_])(?:\.\s?|\s)(?=[^\W\d_]\b)")
HYPHEN_OR_INITIAL = re.compile(r"[‐-]|\b[^\W\d_]\b")
BETWEEN_UNSPACED = re.compile(rf"(?<=[{UNSPACED}]) (?=[{UNSPACED}])")


def start_of(text: str) -> str:
    """Return a text as the beginning of a name that is being typed."""
    plain = APOSTROPHE.sub("", plain_text(text))
    # most texts are, and a pattern with all scripts is slow
    if plain.isascii():
        return " ".join(WORDS.findall(plain))[:MAX_START_CHARS]
    return BETWEEN_UNSPACED.sub("", " ".join(RUNS.findall(plain)))[:MAX_START_CHARS]


# the same names before and after a change, and in many batches
@lru_cache(maxsize=5000)
def starts_of(name: str) -> tuple[str, ...]:
    """Return virginia woolf and woolf virginia of Virginia Woolf: each start has all words.

    Names with initials or hyphens have more: jrr tolkien, and ursula le guin without her K.
    """
    spellings = [start_of(name)]
    if HYPHEN_OR_INITIAL.search(name):
        spellings.append(start_of(WITHIN_WORDS.sub("", plain_text(name))))
        spellings.append(" ".join(word for word in spellings[0].split() if not _is_initial(word)))
    starts = dict.fromkeys(start for spelling in spellings for start in _starts(spelling))
    return tuple(starts)[:MAX_STARTS]


def _starts(name: str) -> Iterator[str]:
    for match in (WORDS if name.isascii() else UNITS).finditer(name):
        if not match.start() or not _is_initial(match[0]):
            yield f"{name[match.start() :]} {name[: match.start()]}".strip()


def _is_initial(word: str) -> bool:
    return len(word) == 1 and not is_unspaced(word)
