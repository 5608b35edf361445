"""The addresses of a list: its order, its view, and the pages it goes on with."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import urlencode

from bookshop.catalogue.list_range import MAX_SHOWN_BOOKS, ListRange
from bookshop.search.filters import Filters
from bookshop.search.sort import Sort


class View(StrEnum):
    """How a list shows its books; the value is the argument `view` of an address."""

    COVERS = "covers"
    ROWS = "rows"


@dataclass(frozen=True, slots=True)
class ListAddress:
    """The address of a page of a list.

    `query` is what the list is about if that is not in its path: the words and filters of a search.
    """

    path: str
    shown: ListRange
    view: View = View.COVERS
    query: tuple[tuple[str, str], ...] = ()

    @classmethod
    def from_args(cls, path: str, args: Mapping[str, str], query: Mapping[str, str]) -> "ListAddress":
        """Read the address of a request."""
        view = View.ROWS if args.get("view") == View.ROWS else View.COVERS
        return cls(path, ListRange.from_args(args), view, tuple(query.items()))

    def url(self, *, sort: str | None = None, view: str = "", seen: int = 0, after: str = "") -> str:
        """Return a URL of this list, in its order and view unless others are given."""
        sort = self.shown.sort if sort is None else sort
        arguments = {
            **dict(self.query),
            "sort": "" if sort == Sort.RELEVANCE else sort,
            "view": view or (self.view if self.view is View.ROWS else ""),
            "seen": seen,
            "after": after,
        }
        query = urlencode({name: value for name, value in arguments.items() if value})
        return f"{self.path}?{query}" if query else self.path

    def next_url(self, seen: int, after: str) -> str:
        """Return the URL of the books seen and the next, or of these alone when a page gets long."""
        return self.url(seen=seen, after=after if seen >= MAX_SHOWN_BOOKS else "")

    def filtered(self, filters: Filters) -> str:
        """Return the URL of the same words with other filters."""
        words = {name: value for name, value in self.query if name == "q"}
        return replace(self, query=tuple({**words, **filters.arguments}.items())).url()
