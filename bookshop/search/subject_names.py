"""The names of a book's subjects, as the shop shows them and shoppers type them."""

from collections.abc import Iterable
from functools import lru_cache
from itertools import chain

from bookshop.trade.categories import CATEGORIES
from bookshop.trade.thema import breadcrumb

# a section's heading names other subjects, too, such as biography beside poetry
MIN_CODE_CHARS = 2


def subject_names(category: str, thema_codes: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the category, of these codes and of those above them."""
    names = [CATEGORIES[category].name] if category in CATEGORIES else []
    return tuple(dict.fromkeys(chain(names, *map(_names_down_to, thema_codes))))


# many books have the same codes
@lru_cache(maxsize=2000)
def _names_down_to(thema_code: str) -> tuple[str, ...]:
    headings = breadcrumb(thema_code, {})
    return tuple(heading.name for heading in headings if len(heading.code) >= MIN_CODE_CHARS)
