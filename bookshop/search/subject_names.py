"""The names of a book's subjects, as the shop shows them and shoppers type them."""

from collections.abc import Iterable

from bookshop.trade.categories import CATEGORIES
from bookshop.trade.thema import breadcrumb

# a section's heading names other subjects, too, such as biography beside poetry
MIN_CODE_CHARS = 2


def subject_names(category: str, thema_codes: Iterable[str]) -> tuple[str, ...]:
    """Return the name of the category, and the shop's headings of these codes and those above them."""
    names = [CATEGORIES[category].name] if category in CATEGORIES else []
    for code in thema_codes:
        names += [heading.name for heading in breadcrumb(code, {}) if len(heading.code) >= MIN_CODE_CHARS]
    return tuple(dict.fromkeys(names))
