"""English numbers in digits, in words and in Roman numerals, as people write them."""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain
from typing import TypeAlias

Spelling: TypeAlias = tuple[str, ...]

# with the years, and twenty thousand leagues
NUMBERS = (*range(2101), *range(3000, 100_001, 1000))
COUNTED_IN_HUNDREDS = range(1100, 2000)
YEARS = frozenset({*COUNTED_IN_HUNDREDS, *range(2010, 2100)})
MAX_ORDINAL = 99
# nine hundred ninety nine
MAX_NUMBER_WORDS = 4
UNITS = tuple(
    """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen
    """.split()  # noqa: SIM905 - a text is easier to read than a list
)
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
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


def other_numbers(words: Sequence[str]) -> Iterator[str]:
    """Return the words of the other spellings of each number among these words."""
    if _first_words().isdisjoint(words):
        return
    spellings = _other_spellings()
    words = [word for word in words if word != "and"]
    start = 0
    while start < len(words):
        lengths = range(min(MAX_NUMBER_WORDS, len(words) - start), 0, -1)
        length = next((n for n in lengths if tuple(words[start : start + n]) in spellings), 0)
        if length:
            yield from chain.from_iterable(spellings[tuple(words[start : start + length])])
        start += length or 1


@cache
def _other_spellings() -> dict[Spelling, list[Spelling]]:
    """Return the other spellings of each spelling of a number."""
    numbers = chain(map(_cardinals, NUMBERS), map(_ordinals, range(1, MAX_ORDINAL + 1)))
    return {
        spelling: [other for other in spellings if other != spelling]
        for spellings in numbers
        for spelling in spellings
    }


@cache
def _first_words() -> frozenset[str]:
    return frozenset(first for first, *_ in _other_spellings())


def _cardinals(number: int) -> list[Spelling]:
    spellings: list[Spelling] = [(str(number),)]
    if number not in COUNTED_IN_HUNDREDS:
        spellings.append(_in_words(number))
    if number in YEARS:
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
    for size, name in ((1000, "thousand"), (100, "hundred")):
        if number >= size:
            return (*_in_words(number // size), name, *(_in_words(rest) if (rest := number % size) else ()))
    return (TENS[number // 10], *(_in_words(rest) if (rest := number % 10) else ()))


def _ordinals(number: int) -> list[Spelling]:
    *first, last = _in_words(number)
    regular = f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th"
    ordinal = IRREGULAR_ORDINALS.get(last, regular)
    return [(f"{number}{_digit_suffix(number)}",), (*first, ordinal)]


def _digit_suffix(number: int) -> str:
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10 if number // 10 != 1 else 0, "th")
