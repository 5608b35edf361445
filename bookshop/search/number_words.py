"""English numbers in digits, in words and in Roman numerals, as people write them."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TypeAlias

Spelling: TypeAlias = tuple[str, ...]

# with the years, and twenty thousand leagues
NUMBERS = (range(2101), range(3000, 100_001, 1000))
COUNTED_IN_HUNDREDS = range(1100, 2000)
YEARS = (COUNTED_IN_HUNDREDS, range(2010, 2100))
ORDINALS = range(1, 100)
# nine hundred ninety nine
MAX_NUMBER_WORDS = 4
UNITS = tuple(
    """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen
    """.split()  # noqa: SIM905 - a text is easier to read than a list
)
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
MULTIPLIERS = {"thousand": 1000, "hundred": 100}
IRREGULAR_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
# a single letter is more often an initial
ROMAN_NUMERALS = {
    number: numeral
    for number, numeral in enumerate(
        ". i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx".split()  # noqa: SIM905
    )
    if len(numeral) > 1
}
DIGITS = re.compile(r"(\d{1,6})(?:st|nd|rd|th)?")


def other_numbers(words: Sequence[str]) -> Iterator[str]:
    """Return the words of the other spellings of each number among these words."""
    words = [word for word in words if word != "and"]
    # most texts have no number
    starts = [at for at, word in enumerate(words) if word in VALUES or word[:1].isdecimal()]
    end = 0
    for start in starts:
        if start >= end:
            lengths = range(min(MAX_NUMBER_WORDS, len(words) - start), 0, -1)
            parts = (tuple(words[start : start + length]) for length in lengths)
            number = next(filter(_spellings, parts), ())
            yield from chain.from_iterable(other for other in _spellings(number) if other != number)
            end = start + len(number)


def _spellings(words: Spelling) -> list[Spelling]:
    """Return every spelling of the number that these words are; none if they are not one."""
    number = _read_number(words)
    if number is None:
        return []
    cardinals = _cardinals(number) if _is_among(number, NUMBERS) else []
    ordinals = _ordinals(number) if number in ORDINALS else []
    return next((spellings for spellings in (cardinals, ordinals) if words in spellings), [])


def _read_number(words: Spelling) -> int | None:
    """Return the number of these words if each has a value, whether or not people write it so."""
    number = 0
    for word in words:
        value = int(digits[1]) if (digits := DIGITS.fullmatch(word)) else VALUES.get(word)
        if value is None:
            return None
        if word in MULTIPLIERS:
            # of two thousand one hundred, only one is counted in hundreds
            rest = number % 1000
            number += (rest or 1) * value - rest
        elif number % 100 and (number % 10 or value >= 10):
            # nineteen eighty
            number = number * 100 + value
        else:
            number += value
    return number


def _is_among(number: int, ranges: tuple[range, ...]) -> bool:
    return any(number in numbers for numbers in ranges)


def _cardinals(number: int) -> list[Spelling]:
    spellings: list[Spelling] = [(str(number),)]
    if number not in COUNTED_IN_HUNDREDS:
        spellings.append(_in_words(number))
    if _is_among(number, YEARS):
        spellings.append(_year_in_words(number))
    if number in ROMAN_NUMERALS:
        spellings.append((ROMAN_NUMERALS[number],))
    return spellings


def _year_in_words(number: int) -> Spelling:
    century, year = divmod(number, 100)
    ohs = ("oh",) if year < 10 else ()
    return (*_in_words(century), *((*ohs, *_in_words(year)) if year else ("hundred",)))


def _in_words(number: int) -> Spelling:
    if number < len(UNITS):
        return (UNITS[number],)
    for name, size in MULTIPLIERS.items():
        if number >= size:
            return (*_in_words(number // size), name, *(_in_words(rest) if (rest := number % size) else ()))
    return (TENS[number // 10], *(_in_words(rest) if (rest := number % 10) else ()))


def _ordinals(number: int) -> list[Spelling]:
    *first, last = _in_words(number)
    return [(f"{number}{_digit_suffix(number)}",), (*first, _ordinal(last))]


def _ordinal(word: str) -> str:
    regular = f"{word[:-1]}ieth" if word.endswith("y") else f"{word}th"
    return IRREGULAR_ORDINALS.get(word, regular)


def _digit_suffix(number: int) -> str:
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10 if number // 10 != 1 else 0, "th")


# of each word in the spelling of a number
VALUES = (
    {word: number for number, word in enumerate(UNITS)}
    | {word: 10 * number for number, word in enumerate(TENS) if word}
    | {numeral: number for number, numeral in ROMAN_NUMERALS.items()}
    | MULTIPLIERS
    | {"oh": 0}
)
VALUES |= {_ordinal(word): value for word, value in VALUES.items() if word in (*UNITS, *TENS)}
