"""Which books of a list a page shows."""

from collections.abc import Mapping
from dataclasses import dataclass

from bookshop.catalogue.book_list import BOOKS_PER_PAGE
from bookshop.search.sort import Sort

# more books would make a page slow to load; those that follow are on pages of their own
MAX_SHOWN_BOOKS = 10 * BOOKS_PER_PAGE
MAX_SEEN_DIGITS = 7


@dataclass(frozen=True, slots=True)
class ListRange:
    """The books that were seen before and the next ones; with a cursor, only those after it.

    `seen` is a multiple of BOOKS_PER_PAGE, and `after` the cursor of the last book seen.
    """

    sort: Sort = Sort.RELEVANCE
    seen: int = 0
    after: str = ""

    @classmethod
    def from_args(cls, args: Mapping[str, str]) -> "ListRange":
        """Read the range from an address; invalid numbers are as if nothing was seen."""
        after, text = args.get("after", ""), args.get("seen", "")
        seen = int(text) if text.isascii() and text.isdigit() and len(text) <= MAX_SEEN_DIGITS else 0
        is_valid = seen % BOOKS_PER_PAGE == 0 and (after or seen < MAX_SHOWN_BOOKS)
        return cls(Sort.from_text(args.get("sort", "")), seen if is_valid else 0, after)

    @property
    def is_first(self) -> bool:
        """Return whether these are a list's first books, in its usual order."""
        return self == ListRange()

    @property
    def start(self) -> int:
        """Return how many books were seen before the page's first one."""
        return self.seen if self.after else 0

    @property
    def limit(self) -> int:
        """Return how many books the page shows at most."""
        return BOOKS_PER_PAGE if self.after else self.seen + BOOKS_PER_PAGE
