"""The books near another one: of its series, by its authors, bought with it, beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

from sqlalchemy import (
    BigInteger,
    ColumnClause,
    Connection,
    Integer,
    Select,
    Text,
    bindparam,
    case,
    literal,
    literal_column,
    select,
    text,
    union_all,
)

from bookshop.catalogue.book import Book, Contributor
from bookshop.catalogue.book_store import LIMIT
from bookshop.catalogue.series_order import SeriesEntry
from bookshop.database import AnyRow
from bookshop.schema import MAY_BE_NAMED, books, bought_together, contributors
from bookshop.search.rank import RankGroup, rank_of
from bookshop.trade.availability import AvailabilityKind

# those that may stand beside the book
MAX_SERIES_MATES = 30
# a longer series is a publisher's list, of which no order tells a reader anything
MAX_SERIES_BOOKS = 200
# enough to find those that can be bought
MAX_BOOKS_OF_PEOPLE = 100
MAX_AUTHORS = 3
PEOPLE_NAMES = [f"person_{number}" for number in range(MAX_AUTHORS)]
NO_KEY = " "
KINDS = SERIES, PEOPLE, BOUGHT, AFTER, BEFORE = "series", "people", "bought", "after", "before"


@dataclass(frozen=True, slots=True)
class Nearby:
    """Books near another one: ranks, but for those of its series; the nearest neighbours first."""

    series: tuple[SeriesEntry, ...] = ()
    by_people: tuple[int, ...] = ()
    also_bought: tuple[int, ...] = ()
    neighbours: tuple[int, ...] = ()


def _part(kind: str, ranks: Select[tuple[int]]) -> Select[tuple[str, int, str, str, str]]:
    """Name a list of ranks, which SQLite limits only within a subquery."""
    empty: ColumnClause[str] = literal_column("''")
    return select(literal(kind).label("kind"), ranks.subquery().c.rank, empty, empty, empty)


THEIR_BOOKS = (
    select(contributors.c.isbn)
    .where(
        # as many as there may be: a list of another length is another statement
        contributors.c.key.in_([bindparam(name) for name in PEOPLE_NAMES]),
        contributors.c.role == bindparam("role"),
        contributors.c.isbn != bindparam("book"),
    )
    .limit(MAX_BOOKS_OF_PEOPLE)
)
# 0 for every book if the book is of no series
IS_OF_SERIES = case((books.c.series_key == bindparam("own_series", type_=Text), 1), else_=0)
# read from the index alone
IN_CATEGORY = select(books.c.rank).where(books.c.category == bindparam("category"))
POSITION = bindparam("position", type_=BigInteger)
LAST_RANK = bindparam("last_rank", type_=BigInteger)
LIMIT_BESIDE = bindparam("limit_beside", type_=Integer)
OF_SERIES = (
    select(
        literal(SERIES).label("kind"),
        books.c.rank,
        books.c.series_number,
        books.c.published,
        books.c.isbn,
    )
    # the condition of the partial index, as it stands there
    .where(books.c.series_key == bindparam("series_key"), text("series_key <> ''"), books.c.is_listed)
    .limit(MAX_SERIES_BOOKS + 1)
    .subquery()
)
LIST_NEARBY = union_all(
    select(OF_SERIES),
    _part(
        PEOPLE,
        select(books.c.rank)
        .where(books.c.isbn.in_(THEIR_BOOKS.scalar_subquery()), books.c.is_listed)
        .order_by(IS_OF_SERIES, books.c.rank)
        .limit(LIMIT),
    ),
    _part(
        BOUGHT,
        select(books.c.rank)
        .join(bought_together, bought_together.c.other == books.c.isbn)
        .where(bought_together.c.isbn == bindparam("book"), MAY_BE_NAMED, books.c.rank <= LAST_RANK)
        .order_by(bought_together.c.shoppers.desc(), books.c.rank)
        .limit(LIMIT),
    ),
    _part(
        AFTER,
        IN_CATEGORY.where(books.c.rank > POSITION, books.c.rank <= LAST_RANK)
        .order_by(books.c.rank)
        .limit(LIMIT_BESIDE),
    ),
    _part(
        BEFORE,
        IN_CATEGORY.where(books.c.rank < POSITION).order_by(books.c.rank.desc()).limit(LIMIT_BESIDE),
    ),
)


def list_nearby(db: Connection, book: Book, people: Sequence[Contributor], limit: int) -> Nearby:
    """Return a book's series, and up to `limit` each by people, bought with it, and beside it.

    Those of its series come last among the books by these people, and neither are its neighbours.
    Instead of a book that cannot be bought, those on the shelves are meant, where it would stand.
    """
    availability = book.availability
    keys = [person.key for person in people if person.key][:MAX_AUTHORS]
    values = {
        "book": book.isbn,
        "series_key": book.series_key,
        "own_series": book.series_key or None,
        "role": people[0].role if people else "",
        # books without one have nothing in common
        "category": book.category or None,
        "position": rank_of(
            book.isbn,
            availability.kind if availability.can_be_bought else AvailabilityKind.SHELF,
            book.published,
        ),
        "last_rank": (RankGroup.ORDERABLE if availability.can_be_bought else RankGroup.IN_STOCK).last_rank,
        "limit": limit,
        # those by the same people and of the same series are left out
        "limit_beside": 2 * limit + (MAX_SERIES_MATES if book.series_key else 0),
        **dict(zip_longest(PEOPLE_NAMES, keys, fillvalue=NO_KEY)),
    }
    rows: dict[str, list[AnyRow]] = {kind: [] for kind in KINDS}
    for row in db.execute(LIST_NEARBY, values).all():
        rows[row[0]].append(row)
    series = tuple(SeriesEntry(*row[1:]) for row in rows[SERIES])
    by_people = tuple(row[1] for row in rows[PEOPLE])
    elsewhere = {*by_people, *(entry.rank for entry in series)}
    beside = chain.from_iterable(zip_longest(rows[AFTER], rows[BEFORE]))
    return Nearby(
        series if len(series) <= MAX_SERIES_BOOKS else (),
        by_people,
        tuple(row[1] for row in rows[BOUGHT]),
        tuple(row[1] for row in beside if row and row[1] not in elsewhere)[:limit],
    )
