"""The tokens by which the search index finds a book, the same on every database.

A word of the title, the subtitle or a contributor's name has one separator before it, and its first letters
have two; a word of the other fields stands for itself. Facets and a few combinations have a letter before the
separator.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, combinations, islice

from bookshop.search.facet import ALL_BOOKS, SEPARATOR
from bookshop.search.other_spellings import SHORT_FORMS, other_spellings
from bookshop.search.words import adjacent_pairs, is_unspaced, split_units

TITLE_WORD_PREFIX = SEPARATOR
FIRST_LETTERS_PREFIX = SEPARATOR * 2
WHOLE_TITLE_PREFIX, STOP_WORD_PAIR_PREFIX = f"x{SEPARATOR}", f"y{SEPARATOR}"
# every book has it whose people and series are counted, which older versions of the shop did not
NAMES_ARE_COUNTED = f"n{SEPARATOR}"

# PostgreSQL bounds the length of all tokens of a row
MAX_TITLE_WORDS, MAX_OTHER_WORDS = 100, 300
# so few letters begin too many words; in titles and names they are tokens of their own, elsewhere not found
MAX_FIRST_LETTERS = 4
MAX_STOP_WORDS = 8
MIN_VOCABULARY_CHARS = 3
# of English, German, French, Spanish, Italian and Dutch
STOP_WORDS = frozenset(
    """
    a an and at by for from in is of on the to with das der die ein eine im und von
    d de del des du e el en et het l la le les los un une y di een il lo van
    """.split()  # noqa: SIM905 - a text is easier to read than a list
)


def tokens_of(
    title: str, title_fields: Iterable[str], other_fields: Iterable[str], facets: Iterable[str]
) -> tuple[str, ...]:
    """Return a book's tokens, sorted; `title_fields` are the subtitle and contributors' names."""
    tokens = {ALL_BOOKS, NAMES_ARE_COUNTED, *facets}
    if units := split_units(title):
        tokens.add(whole_title(units))
    title_words = {*_index_words([title], MAX_TITLE_WORDS), *_index_words(title_fields, MAX_TITLE_WORDS)}
    for word in title_words:
        tokens.update(title_word_tokens(word))
    stop_words = sorted(STOP_WORDS & title_words)[:MAX_STOP_WORDS]
    tokens.update(stop_word_pair(*pair) for pair in combinations(stop_words, 2))
    tokens.update(_index_words(other_fields, MAX_OTHER_WORDS))
    return tuple(sorted(tokens))


def _index_words(fields: Iterable[str], max_words: int) -> Iterator[str]:
    words = chain.from_iterable(_words_of(text, max_words) for text in fields)
    # as many pairs of characters as characters
    return islice(words, 2 * max_words)


# many books have the same publisher, series and subjects
@lru_cache(maxsize=1000)
def _words_of(text: str, max_words: int) -> tuple[str, ...]:
    """Return the first words of a text, or its characters and their pairs, and other spellings."""
    units = split_units(text)[:max_words]
    return (*units, *adjacent_pairs(units), *islice(other_spellings(text, units), max_words))


def whole_title(units: Sequence[str]) -> str:
    """Return the token of a title with these words, however they are spaced or shortened."""
    title = "".join(SHORT_FORMS.get(unit, unit) for unit in units[:MAX_TITLE_WORDS])
    return WHOLE_TITLE_PREFIX + hashlib.blake2b(title.encode(), digest_size=6).hexdigest()


# the words that most titles have; all words of a catalogue would take 20 MB
@lru_cache(maxsize=5000)
def title_word_tokens(word: str) -> tuple[str, ...]:
    """Return the tokens of a word in a title or a name: the word, and its first letters."""
    if is_unspaced(word):
        return (TITLE_WORD_PREFIX + word,)
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
