"""What a search index is, on any kind of database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from sqlalchemy import Connection

from bookshop.search.expression import AllOf
from bookshop.search.results import Cursor
from bookshop.search.sort import Sort
from bookshop.search.sort_cursor import SortCursor
from bookshop.search.sort_keys import NO_KEYS, SortKeys


@dataclass(frozen=True, slots=True)
class Document:
    """A book as the index stores it; `filter_tokens` are the tokens by which shoppers filter.

    `names` are those of its people and its series, by their tokens.
    """

    rank: int
    tokens: tuple[str, ...]
    filter_tokens: str
    sort_keys: SortKeys = NO_KEYS
    names: Mapping[str, str] = field(default_factory=dict)


class Hit(NamedTuple):
    """A matching book: the first tier that matches it, its rank and its filter tokens."""

    tier: int
    rank: int
    filter_tokens: str


class SearchIndex(Protocol):
    """The functions that the module of each kind of database has, which mypy checks."""

    def list_hits(self, db: Connection, tiers: Sequence[AllOf], limit: int) -> tuple[int, list[Hit]]:
        """Return the number of hits, up to `limit`, and the hits sorted by tier and rank.

        With `limit` hits or more, the list has only some of the first or none, without their filter tokens.
        """

    def list_after(self, db: Connection, tiers: Sequence[AllOf], cursor: Cursor, limit: int) -> list[Cursor]:
        """Return the next hits after a cursor, in order."""

    def sort_matches(
        self, db: Connection, expression: AllOf, sort: Sort, cursor: SortCursor | None, limit: int
    ) -> list[SortCursor]:
        """Return the next of all matches in another order."""

    def sort_ranks(
        self, db: Connection, ranks: Sequence[int], sort: Sort, cursor: SortCursor | None, limit: int
    ) -> list[SortCursor]:
        """Return the next of the books with these ranks in another order."""

    def read_tokens(self, db: Connection, ranks: Iterable[int]) -> dict[int, tuple[str, ...]]:
        """Return the tokens of the books with these ranks."""

    def add_documents(self, db: Connection, documents: Sequence[Document]) -> None:
        """Add books; their ranks must be free."""

    def remove_documents(self, db: Connection, ranks: Sequence[int]) -> None:
        """Remove the books with these ranks."""

    def set_ranks(self, db: Connection, ranks: Mapping[str, int | None]) -> None:
        """Store the ranks of books by ISBN; None for a book that is not in the index."""

    def change_counts(self, db: Connection, changes: Sequence[tuple[str, int]]) -> None:
        """Add to the numbers of books with these tokens."""

    def add_words(self, db: Connection, words: Iterable[str]) -> None:
        """Add words to the vocabulary."""

    def optimize(self, db: Connection) -> bool:
        """Do a step towards fast look-ups after many changes; return whether there are more steps."""
