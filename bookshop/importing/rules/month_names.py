"""The names of months and weekdays in the languages that lists of books are written in."""

from functools import cache

from babel import Locale

from bookshop.trade.text import words

LANGUAGES = ("en", "en_GB", "de", "fr", "es", "it", "nl", "pt", "sv", "da", "nb")


@cache
def month_numbers() -> dict[str, int]:
    """Return the numbers from 1 by name, whole or abbreviated, without accents and points."""
    return _names_in_calendar("months")


@cache
def weekday_names() -> frozenset[str]:
    return frozenset(_names_in_calendar("days"))


def _names_in_calendar(kind: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for language in LANGUAGES:
        contexts = getattr(Locale.parse(language), kind)
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                names = contexts[context][width]
                found |= {"".join(words(name)): number for number, name in names.items()}
    return found
