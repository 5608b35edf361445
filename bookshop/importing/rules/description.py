"""The full title, the pages, the edition and the ages of readers of a book."""

from collections.abc import Iterable

from bookshop.onix.descriptive import DescriptiveBlock, Extent
from bookshop.onix.numbers import parse_whole
from bookshop.onix.titles import add_numbers

# ONIX code lists 24 and 23; the best count comes first
PAGES_UNIT = "03"
MAIN_PAGES = "00"
PAGE_COUNT_TYPES = (MAIN_PAGES, "11", "05", "07", "10", "08", "06")
MAX_PAGES = 100_000
# as wide as the column
MAX_SERIES_NUMBER_CHARS = 32


def full_title(descriptive: DescriptiveBlock) -> str:
    """Return the title, with its number if it is only the name of the series."""
    title, number = descriptive.get("title", ""), descriptive.get("series_number", "")
    is_of_series = title.casefold() == descriptive.get("series", "").casefold()
    return add_numbers(title, [number]) if number and is_of_series else title


def page_count(extents: Iterable[Extent]) -> int:
    """Return the best count of pages, or 0."""
    counts = {
        one.get("type"): parse_whole(one.get("value", ""))
        for one in reversed(list(extents))
        if one.get("unit", PAGES_UNIT) == PAGES_UNIT
    }
    pages = next((count for kind in PAGE_COUNT_TYPES if (count := counts.get(kind))), 0)
    return pages if pages < MAX_PAGES else 0


def edition_name(descriptive: DescriptiveBlock) -> str:
    """Return the sender's statement or a name such as "2nd edition"; '' for a first edition."""
    number = parse_whole(descriptive.get("edition_number", "")) or 0
    ending = "th" if number // 10 % 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return descriptive.get("edition") or (f"{number}{ending} edition" if number > 1 else "")


def age_range(first: int | None, last: int | None) -> str:
    """Return ages in years as "6–9", "12+", "up to 3" or "7"; '' for none."""
    if first is None:
        return "" if last is None else f"up to {last}"
    return f"{first}+" if last is None else str(first) if first == last else f"{first}–{last}"
