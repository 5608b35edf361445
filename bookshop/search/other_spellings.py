"""Other spellings of a text's words, under which the search index also finds the book.

Only the index has them: what a shopper types is looked up as it is.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise

from bookshop.search.number_words import other_numbers
from bookshop.search.words import MAX_WORD_CHARS, is_unspaced, plain_text, split_units

SHORT_FORMS = {
    "dr": "doctor",
    "mr": "mister",
    "mrs": "missus",
    "st": "saint",
    "ste": "sainte",
    "mt": "mount",
    "jr": "junior",
    "sr": "senior",
    "prof": "professor",
    "vol": "volume",
    "vols": "volumes",
    "pt": "part",
    "bk": "book",
    "ed": "edition",
    "edn": "edition",
    "ch": "chapter",
    "cpp": "cplusplus",
}
OTHER_FORMS = SHORT_FORMS | {long: short for short, long in reversed(SHORT_FORMS.items())}
BEFORE_NUMBERS = {"no": "number", "number": "no"}
# German, Danish, Norwegian and Swedish letters, where the keyboard has none
DIGRAPHS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
WORDS_WITH_DIGRAPHS = re.compile(r"\w*[äöüøå]\w*")
JOINED_WORDS = re.compile(r"[^\W_]+(?:['’‐-][^\W_]+)+")
# what most texts have not: foreign letters, joined words, initials
UNUSUAL = re.compile(r"[^\x00-\x7f]|\w['-]\w|\b[^\W\d_]\b[\W_]+[^\W\d_]\b")
# in Arabic and Hebrew
WORD_WITH_ARTICLE = re.compile("(?:\u0627\u0644|\u05d4)([\u05d0-\u05ea\u0620-\u064a]{3,})")
MAX_INITIALS = 4


def other_spellings(text: str, units: Sequence[str]) -> Iterator[str]:
    """Return other spellings of a text's words, such as 1984 of nineteen eighty-four."""
    yield from other_numbers(units)
    yield from _before_numbers(units)
    if OTHER_FORMS.keys().isdisjoint(units) and not UNUSUAL.search(text):
        return
    yield from (OTHER_FORMS[word] for word in units if word in OTHER_FORMS)
    yield from (bare for word in units if (bare := without_article(word)) != word)
    yield from _joined_initials(units)
    yield from _joined_words(text)
    yield from _digraphs(text)


def _before_numbers(words: Sequence[str]) -> Iterator[str]:
    """Return number of No. 1, and no of Number 1; elsewhere no is another word."""
    if not BEFORE_NUMBERS.keys().isdisjoint(words):
        yield from (
            BEFORE_NUMBERS[word]
            for word, following in pairwise(words)
            if word in BEFORE_NUMBERS and following[0].isdecimal()
        )


def without_article(word: str) -> str:
    """Return a word of Arabic or Hebrew without the article that it may begin with."""
    match = WORD_WITH_ARTICLE.fullmatch(word)
    return match[1] if match else word


def _joined_initials(words: Sequence[str]) -> Iterator[str]:
    """Return jr, jrr and jrrtolkien of J. R. R. Tolkien."""
    letters = ""
    for word in words:
        is_initial = _is_initial(word) and len(letters) < MAX_INITIALS
        joined = letters + word if is_initial or len(letters) > 1 else ""
        if len(joined) > 1 and not is_unspaced(word):
            yield joined[:MAX_WORD_CHARS]
        letters = letters + word if is_initial else ""


def _is_initial(word: str) -> bool:
    return len(word) == 1 and word.isalpha() and not is_unspaced(word)


def _joined_words(text: str) -> Iterator[str]:
    """Return catch22 of Catch-22, spiderman of Spider-Man, and obrien and obriens of O’Brien’s."""
    for joined in JOINED_WORDS.findall(plain_text(text)):
        parts = _spaced(joined)
        yield from ("".join(parts[:length])[:MAX_WORD_CHARS] for length in range(2, len(parts) + 1))


def _digraphs(text: str) -> Iterator[str]:
    if not text.isascii():
        words = WORDS_WITH_DIGRAPHS.findall(unicodedata.normalize("NFC", text.casefold()))
        yield from chain.from_iterable(_spaced(word.translate(DIGRAPHS)) for word in words)


def _spaced(text: str) -> list[str]:
    return [unit for unit in split_units(text) if not is_unspaced(unit)]
