"""Split texts into words for the search index, and words without spaces into characters."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from bookshop.trade.code_lists import read_code_list
from bookshop.trade.text import WORDS, normalize_text

# PostgreSQL bounds the length of a token
MAX_WORD_CHARS = 40
# letters that Unicode does not take apart, as people without them on the keyboard type them
PLAIN_LETTERS = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ı": "i",
        "ħ": "h",
        "ŧ": "t",
        "ə": "e",
        "ɛ": "e",
        "ɔ": "o",
        "ɓ": "b",
        "ɗ": "d",
        "ƙ": "k",
        "ƴ": "y",
        "ĸ": "k",
        "œ": "oe",
        "æ": "ae",
        "þ": "th",
        "ŋ": "n",
        # Ukrainian; Persian and final forms of Arabic, and the line that stretches its words
        "ґ": "г",
        "ی": "ي",
        "ى": "ي",
        "ک": "ك",
        "ة": "ه",
        "ـ": "",
        # apostrophes that count as letters
        **dict.fromkeys("ʻʼʽʾʿˈ", "'"),
    }
)
# Han, kana, Bopomofo, Hangul, Thai, Lao, Burmese, Khmer: without spaces, or with words that run together
UNSPACED = (
    "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
    "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9d\u3105-\u312f"
    "\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3"
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u0edc-\u0edf\u1000-\u103f\u1050-\u108f\u1780-\u17d3"
)
# the vowels around the letters of Indian scripts, which regular expressions do not count as letters
VOWEL_SIGNS = "".join(
    sign for sign in map(chr, range(0x900, 0xE00)) if unicodedata.category(sign) in ("Mn", "Mc")
)
SPACED_WORD = rf"(?:[^\W_{UNSPACED}]|[{VOWEL_SIGNS}])+"
UNITS = re.compile(rf"[{UNSPACED}]|{SPACED_WORD}")
RUNS = re.compile(rf"[{UNSPACED}]+|{SPACED_WORD}")
IS_UNSPACED = re.compile(rf"[{UNSPACED}]")
# of 20,000 and 20.000
DIGIT_SEPARATOR = re.compile(r"(?<=\d)[.,](?=\d{3}(?!\d))")
# C++, C# and F#, also of music; not the number sign of #2
SIGN_AFTER_LETTER = re.compile(r"\b([a-z]) ?(?:(\+\+)|#(?!\d))")


def plain_text(text: str) -> str:
    """Return a text without case and accents, in letters that every keyboard for its script has."""
    plain = DIGIT_SEPARATOR.sub("", normalize_text(text.replace("&", " and ")))
    if "++" in plain or "#" in plain:
        plain = SIGN_AFTER_LETTER.sub(_spell_sign, plain)
    return plain if plain.isascii() else unicodedata.normalize("NFC", plain.translate(_simple_letters()))


# 3,200 characters take a megabyte, which most shops never need
@cache
def _simple_letters() -> dict[int, Any]:
    """Return the plain letters, and the simplified forms of Chinese characters.

    Those of traditional and Japanese ones were made with OpenCC's t2s and jp2t.
    """
    variants = read_code_list("han_variants")
    return PLAIN_LETTERS | str.maketrans("".join(variants), "".join(variants.values()))


def _spell_sign(match: re.Match[str]) -> str:
    return f"{match[1]}plusplus " if match[2] else f"{match[1]}sharp "


def is_unspaced(word: str) -> bool:
    """Return whether a word is of a script without spaces: one character or two adjacent ones."""
    return IS_UNSPACED.match(word) is not None


def split_words(text: str) -> list[str]:
    """Return the words to look up; of a script without spaces, each two adjacent characters."""
    return [word for run in RUNS.findall(plain_text(text)) for word in _words_of(run)]


def _words_of(run: str) -> Iterator[str]:
    if not is_unspaced(run):
        return iter((run[:MAX_WORD_CHARS],))
    return (run[start : start + 2] for start in range(max(len(run) - 1, 1)))


def join_words(words: Iterable[str]) -> str:
    """Return words as a shopper would type them, pairs of adjacent characters as one run."""
    text = ""
    for word in words:
        is_next = is_unspaced(word) and text.endswith(word[0])
        text += word[1:] if is_next else f" {word}"
    return text.strip()


def split_units(text: str) -> list[str]:
    """Return the words of a text; of a script without spaces, each character."""
    if text.isascii():
        return [word[:MAX_WORD_CHARS] for word in WORDS.findall(plain_text(text))]
    return [unit[:MAX_WORD_CHARS] for unit in UNITS.findall(plain_text(text))]


def adjacent_pairs(units: Sequence[str]) -> Iterable[str]:
    """Return each two adjacent characters, also those with a space or a dot between them."""
    return (first + second for first, second in pairwise(units) if is_unspaced(first) and is_unspaced(second))
