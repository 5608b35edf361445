"""The tokens by which the search index finds a book, the same on every database.

A word of the title, the subtitle or a contributor's name has one separator before it, and its first letters
have two; a word of the other fields stands for itself. Facets and a few combinations have a letter before the
separator.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import combinations

from bookshop.search.facet import ALL_BOOKS, SEPARATOR
from bookshop.search.typos import MIN_TYPO_CHARS
from bookshop.trade.text import words

TITLE_WORD_PREFIX = SEPARATOR
FIRST_LETTERS_PREFIX = SEPARATOR * 2
WHOLE_TITLE_PREFIX, STOP_WORD_PAIR_PREFIX = f"x{SEPARATOR}", f"y{SEPARATOR}"

# PostgreSQL bounds the length of a token and of all tokens of a row
MAX_WORD_CHARS = 40
MAX_TITLE_WORDS, MAX_OTHER_WORDS = 100, 300
# so few letters begin too many words; in titles and names they are tokens of their own, elsewhere not found
MAX_FIRST_LETTERS = 4
MAX_STOP_WORDS = 8
# a misspelled word may have one letter too many
MIN_VOCABULARY_CHARS = MIN_TYPO_CHARS - 1
# of English, German, French, Spanish, Italian and Dutch
STOP_WORDS = frozenset(
    """
    a an and at by for from in is of on the to with das der die ein eine im und von
    d de del des du e el en et het l la le les los un une y di een il lo van
    """.split()  # noqa: SIM905 - a text is easier to read than a list
)


def split_words(text: str) -> list[str]:
    """Return the words of a text as the index stores them."""
    return [word if len(word) <= MAX_WORD_CHARS else word[:MAX_WORD_CHARS] for word in words(text)]


def tokens_of(
    title: str, title_fields: Iterable[str], other_fields: Iterable[str], facets: Iterable[str]
) -> tuple[str, ...]:
    """Return a book's tokens, sorted; `title_fields` are the subtitle and contributors' names."""
    title_words = split_words(title)[:MAX_TITLE_WORDS]
    tokens = {ALL_BOOKS, *facets}
    if title_words:
        tokens.add(whole_title(title_words))
    title_words += split_words(" ".join(title_fields))[:MAX_TITLE_WORDS]
    tokens.update(*map(title_word_tokens, title_words))
    stop_words = sorted(STOP_WORDS.intersection(title_words))[:MAX_STOP_WORDS]
    tokens.update(stop_word_pair(*pair) for pair in combinations(stop_words, 2))
    tokens.update(split_words(" ".join(other_fields))[:MAX_OTHER_WORDS])
    return tuple(sorted(tokens))


def whole_title(title_words: Sequence[str]) -> str:
    """Return the token of a title with exactly these words."""
    return WHOLE_TITLE_PREFIX + hashlib.blake2b(" ".join(title_words).encode(), digest_size=6).hexdigest()


# the words that most titles have; all words of a catalogue would take 20 MB
@lru_cache(maxsize=5000)
def title_word_tokens(word: str) -> tuple[str, ...]:
    """Return the tokens of a word in a title or a name: the word, and its first letters."""
    lengths = range(1, min(len(word), MAX_FIRST_LETTERS) + 1)
    return (TITLE_WORD_PREFIX + word, *(FIRST_LETTERS_PREFIX + word[:length] for length in lengths))


def stop_word_pair(first: str, second: str) -> str:
    """Return the token of two stop words in one title, given in alphabetical order."""
    return f"{STOP_WORD_PAIR_PREFIX}{first}-{second}"


def vocabulary_of(tokens: Iterable[str]) -> Iterator[str]:
    """Return the words that begin with a letter, for completions and did-you-mean."""
    words_of = (token.removeprefix(TITLE_WORD_PREFIX) for token in tokens)
    return (
        word
        for word in words_of
        if len(word) >= MIN_VOCABULARY_CHARS and word[0].isalpha() and SEPARATOR not in word
    )
