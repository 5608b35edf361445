"""Write books to the search index and remove them from it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from sqlalchemy import Connection, Integer, bindparam, select

from bookshop.schema import books
from bookshop.search.book_tokens import vocabulary_of
from bookshop.search.choose_index import choose_index
from bookshop.search.documents import read_documents
from bookshop.search.facet import counted_tokens
from bookshop.search.facet_counts import change_counts
from bookshop.search.name_store import change_names, name_tokens
from bookshop.search.search_index import Document
from bookshop.search.sort_key_store import read_sort_keys, replace_sort_keys
from bookshop.search.sort_keys import SortKeys


@dataclass(frozen=True, slots=True)
class IndexChange:
    """A book, its rank in the index, and what the index should have; None if it has nothing."""

    isbn: str
    old_rank: int | None
    document: Document | None

    @property
    def new_rank(self) -> int | None:
        """Return the rank that the book should have."""
        return self.document.rank if self.document else None

    def is_applied(self, stored: Mapping[int, tuple[str, ...]]) -> bool:
        """Return whether the index, with these tokens by rank, has the book as it should."""
        if self.document is None:
            return self.old_rank is None
        return self.old_rank == self.document.rank and stored.get(self.old_rank) == self.document.tokens

    def is_sorted(self, stored: Mapping[int, SortKeys]) -> bool:
        """Return whether the book has its keys, with these stored ones by rank."""
        if self.document is None:
            return self.old_rank is None
        return self.old_rank == self.document.rank and stored.get(self.old_rank) == self.document.sort_keys


def index_books(db: Connection, isbns: Sequence[str]) -> int:
    """Bring the index up to date with these books; return the number of changed books."""
    return _apply(db, [IndexChange(*row) for row in read_documents(db, isbns)]) if isbns else 0


LIST_MISSING = (
    select(books.c.isbn)
    .where(books.c.rank.is_(None), books.c.is_listed, books.c.isbn > bindparam("after"))
    .order_by(books.c.isbn)
    .limit(bindparam("limit", type_=Integer))
)


def list_missing(db: Connection, after: str, limit: int) -> list[str]:
    """Return the next listed books after an ISBN that are not in the index."""
    return list(db.execute(LIST_MISSING, {"after": after, "limit": limit}).scalars())


def _apply(db: Connection, changes: Sequence[IndexChange]) -> int:
    """Write what differs from the index; return the number of differing books."""
    index = choose_index(db)
    old_ranks = [change.old_rank for change in changes if change.old_rank is not None]
    _sort(db, changes, old_ranks)
    stored = index.read_tokens(db, old_ranks)
    differing = [change for change in changes if not change.is_applied(stored)]
    if removed := [change.old_rank for change in differing if change.old_rank in stored]:
        index.remove_documents(db, removed)
    added = [change.document for change in differing if change.document]
    # of the whole batch, so that each token is counted once
    counts = Counter(chain.from_iterable(document.tokens for document in added))
    if added:
        index.add_documents(db, added)
        index.add_words(db, set(vocabulary_of(counts)))
    if moved := {change.isbn: change.new_rank for change in differing if change.new_rank != change.old_rank}:
        index.set_ranks(db, moved)
    counts.subtract(chain.from_iterable(stored[rank] for rank in removed))
    change_counts(db, {token: counts[token] for token in counted_tokens(counts)})
    _change_names(db, changes, differing, [stored[rank] for rank in removed])
    return len(differing)


def _change_names(
    db: Connection,
    changes: Sequence[IndexChange],
    differing: Sequence[IndexChange],
    removed: Iterable[Sequence[str]],
) -> None:
    """Store the names of these books, and count them."""
    counts = Counter(chain.from_iterable(each.document.names for each in differing if each.document))
    counts.subtract(chain.from_iterable(map(name_tokens, removed)))
    written = {
        token: name for each in changes if each.document for token, name in each.document.names.items()
    }
    change_names(db, written, counts)


def _sort(db: Connection, changes: Sequence[IndexChange], old_ranks: Sequence[int]) -> None:
    new_ranks = (change.document.rank for change in changes if change.document)
    # a worker of an earlier version moves books and leaves their keys behind
    stored = read_sort_keys(db, sorted({*old_ranks, *new_ranks}))
    differing = [change for change in changes if not change.is_sorted(stored)]
    added = [change.document for change in differing if change.document]
    ranks = {change.old_rank for change in differing} | {document.rank for document in added}
    replace_sort_keys(db, [rank for rank in stored if rank in ranks], added)
