"""The order of a series: its books by number, and the numbers that the shop does not have."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

NUMBER = re.compile(r"\d+(?:\.\d+)?")
# a longer run of unknown numbers says that the shop has another kind of list
MAX_MISSING_NUMBERS = 3


@dataclass(frozen=True, slots=True)
class SeriesEntry:
    """A book of a series, with what orders it there."""

    rank: int
    number: str
    published: str
    isbn: str


@dataclass(frozen=True, slots=True)
class SeriesPlace:
    """A place in a series: `entry` is None for a number of which the shop has no book."""

    number: str
    entry: SeriesEntry | None = None


def order_in_series(entry: SeriesEntry) -> tuple[float, str, str, str]:
    """Sort by number, then books without one by their dates."""
    number = NUMBER.search(entry.number)
    return (float(number[0]) if number else float("inf"), entry.number, entry.published, entry.isbn)


def places_around(entries: Iterable[SeriesEntry], isbn: str, limit: int) -> tuple[SeriesPlace, ...]:
    """Return up to `limit` places of a series, in order, with the book of this ISBN among them.

    Of several editions of a number, the book itself or else the first by rank has its place.
    """
    places = list(_with_missing_numbers(sorted(_one_by_number(entries, isbn), key=order_in_series)))
    found = (n for n, place in enumerate(places) if place.entry and place.entry.isbn == isbn)
    start = max(0, min(next(found, 0) - limit // 2, len(places) - limit))
    return tuple(places[start : start + limit])


def missing_numbers(ordered: Sequence[SeriesEntry]) -> dict[str, tuple[str, ...]]:
    """Return the numbers without a book, by the ISBN of the book that follows."""
    missing: dict[str, tuple[str, ...]] = {}
    numbers: list[str] = []
    for place in _with_missing_numbers(ordered):
        if not place.entry:
            numbers.append(place.number)
        elif numbers:
            missing[place.entry.isbn] = tuple(numbers)
            numbers = []
    return missing


def _one_by_number(entries: Iterable[SeriesEntry], isbn: str) -> Iterable[SeriesEntry]:
    chosen: dict[str, SeriesEntry] = {}
    for entry in sorted(entries, key=lambda entry: (entry.isbn != isbn, entry.rank)):
        chosen.setdefault(entry.number or entry.isbn, entry)
    return chosen.values()


def _with_missing_numbers(entries: Sequence[SeriesEntry]) -> Iterator[SeriesPlace]:
    last = 0
    for entry in entries:
        if entry.number.isdecimal():
            number = int(entry.number)
            if number - last - 1 <= MAX_MISSING_NUMBERS:
                yield from (SeriesPlace(str(missing)) for missing in range(last + 1, number))
            last = number
        yield SeriesPlace(entry.number, entry)
