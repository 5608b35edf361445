"""Finding books by the search index, and keeping it true to the catalogue.

An index is a module for each kind of database, all with the same functions; whatever can be the same is here.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import chain
from types import ModuleType
from typing import Any, TypeAlias

from sqlalchemy import BindParameter, Connection, Integer, Row, and_, bindparam, case, func, select, text

from bookshop.schema import (
    book_details,
    books,
    contributors,
    counters,
    facet_counts,
    stock,
    stock_movements,
    subject_headings,
    subjects,
    vocabulary,
)
from bookshop.search import postgresql_index, sqlite_index
from bookshop.search.query import (
    COUNTED,
    EVERYTHING,
    ON_SHELF,
    SHOWN,
    Document,
    Filters,
    Position,
    Query,
    Term,
    Tier,
    band_of,
    corrected,
    count_shown,
    facet,
    facets_of,
    last_place,
    place_of,
    shown_of,
    slips_of,
    thema_facets,
    tiers_of,
    tokens_of,
    vocabulary_of,
)
from bookshop.trade.availability import MAX_COPIES, Supply, find_availability
from bookshop.trade.isbn import read_isbn
from bookshop.trade.product_forms import find_form
from bookshop.trade.subject_schemes import THEMA_SCHEMES

AnyRow: TypeAlias = Row[*tuple[Any, ...]]

PAGE = 24
# more are not counted, only said to be more
MOST_COUNTED = 1000
MOST_SLIPS = 3
# movements of transactions that were not done yet when others with higher numbers were
LATE_MOVEMENTS = 1000
MOVEMENTS_AT_ONCE = 5000
FOLLOWED = "shelves-followed"

LEFT = func.coalesce(stock.c.on_hand - stock.c.reserved, 0)
ISBNS: BindParameter[Any] = bindparam("isbns", expanding=True)
READ_BOOKS = (
    select(
        books.c.isbn,
        books.c.place,
        books.c.is_listed,
        books.c.title,
        books.c.subtitle,
        books.c.series,
        books.c.publisher,
        books.c.imprint,
        book_details.c.keywords,
        books.c.shelf,
        books.c.form,
        books.c.language,
        books.c.price_minor,
        books.c.series_key,
        books.c.publisher_key,
        books.c.published,
        books.c.supply,
        books.c.on_sale,
        books.c.preorders_from,
        books.c.may_sell,
        LEFT.label("left"),
    )
    .outerjoin_from(books, stock, stock.c.isbn == books.c.isbn)
    .outerjoin(book_details, book_details.c.isbn == books.c.isbn)
    .where(books.c.isbn.in_(ISBNS))
    .order_by(books.c.isbn)
    .with_for_update(of=books, key_share=True)
)
READ_PEOPLE = select(contributors.c.isbn, contributors.c.name, contributors.c.key).where(
    contributors.c.isbn.in_(ISBNS)
)
READ_SUBJECTS = (
    select(subjects.c.isbn, subjects.c.scheme, subjects.c.code, subject_headings.c.heading)
    .outerjoin(
        subject_headings,
        and_(subject_headings.c.scheme == subjects.c.scheme, subject_headings.c.code == subjects.c.code),
    )
    .where(subjects.c.isbn.in_(ISBNS))
)
FORGET_EMPTY = facet_counts.delete().where(
    facet_counts.c.token.in_(bindparam("tokens", expanding=True)), facet_counts.c.books == 0
)
LIST_COUNTS = select(facet_counts.c.token, facet_counts.c.books).where(
    facet_counts.c.token.in_(bindparam("tokens", expanding=True))
)
# as ranges of the key; the collation of the column is that of its bytes
LIST_SHOWN = text(
    " UNION ALL ".join(
        f"SELECT token, books FROM facet_counts WHERE token >= '{kind}' AND token < '{kind[0]}`'"  # noqa: S608
        for kind in sorted(SHOWN)
    )
)
LIST_WORDS = select(vocabulary.c.word).where(vocabulary.c.word.in_(bindparam("words", expanding=True)))
FIND_LISTED = select(books.c.isbn).where(books.c.isbn == bindparam("book"), books.c.is_listed)
LIST_MISSING = (
    select(books.c.isbn)
    .where(books.c.place.is_(None), books.c.is_listed)
    .limit(bindparam("limit", type_=Integer))
)
FIND_FOLLOWED = select(counters.c.value).where(counters.c.name == FOLLOWED)
FOLLOW = counters.update().where(counters.c.name == FOLLOWED).values(value=bindparam("seen"))
FIND_LAST_MOVED = select(func.max(stock_movements.c.id))
LIST_MOVED = (
    select(stock_movements.c.id, stock_movements.c.isbn)
    .where(stock_movements.c.id > bindparam("seen", type_=Integer))
    .order_by(stock_movements.c.id)
    .limit(MOVEMENTS_AT_ONCE + LATE_MOVEMENTS)
)
LIST_CROSSED = (
    select(books.c.isbn)
    .outerjoin(stock, stock.c.isbn == books.c.isbn)
    .where(
        books.c.isbn.in_(ISBNS),
        books.c.is_listed,
        case((books.c.place <= last_place(ON_SHELF), 1), else_=0) != case((LEFT > 0, 1), else_=0),
    )
    .order_by(books.c.isbn)
)


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was looked for.

    `places` are the books in order; `count` is how many there are in all, or MOST_COUNTED when `is_more`;
    `after` is the address of the next page, empty on the last; `facets` are the tokens that narrow further,
    each with its number of books or with None when that is not known; `instead` are the words that were
    looked for instead of mistyped ones.
    """

    places: tuple[int, ...] = ()
    count: int = 0
    is_more: bool = False
    after: str = ""
    facets: Mapping[str, int | None] = field(default_factory=dict)
    instead: tuple[str, ...] = ()


def find_page(db: Connection, query: Query, filters: Filters, after: str = "", limit: int = PAGE) -> Found:
    """The next books that have all these words and facets; where none has, with slips forgiven."""
    found = _find(db, tiers_of(query, filters), after, limit)
    if found.count or not (slips := find_slips(db, query)):
        return found
    instead = tuple(sorted({word for term in slips.values() for word in term}))
    return replace(_find(db, corrected(query, slips, filters), after, limit), instead=instead)


def list_in(db: Connection, token: str, limit: int = PAGE, after: str = "") -> Found:
    """The next books with this one facet: for lists to browse, which need not say what would narrow them."""
    if token[:2] not in COUNTED:
        return _find(db, (((token,),),), after, limit)
    counts = count_facets(db, [token])
    position = Position.from_text(after)
    places = _index(db).list_after(db, (((token,),),), position, limit + 1) if counts else []
    return _page(places, limit, counts.get(token, 0))


def find_number(db: Connection, text: str) -> str | None:
    """The ISBN of a listed book, when somebody typed one in any spelling: they are sent straight to it."""
    isbn = read_isbn(text)
    return db.execute(FIND_LISTED, {"book": isbn}).scalar() if isbn else None


def find_slips(db: Connection, query: Query) -> dict[str, Term]:
    """The words that nobody knows, with those that may have been meant; none if one is beyond help."""
    known = _list_known(db, query.words)
    odd = [word for word in query.words if word.isalpha() and word not in known][:MOST_SLIPS]
    slips = {word: slips_of(word) for word in odd}
    meant = _list_known(db, [slip for words in slips.values() for slip in words])
    found = {word: tuple(slip for slip in slips[word] if slip in meant) for word in odd}
    # the last may be the beginning of a word that is known
    if any(not found[word] for word in odd if word != query.words[-1]):
        return {}
    return {word: term for word, term in found.items() if term}


def count_facets(db: Connection, tokens: Iterable[str]) -> dict[str, int]:
    """How many books have each of these facets that are counted; those that none has are left out."""
    rows = db.execute(LIST_COUNTS, {"tokens": list(tokens)})
    return {token: count for token, count in rows if count}


def count_shown_facets(db: Connection) -> dict[str, int]:
    """How many books have each facet by which a shopper narrows."""
    return {token: count for token, count in db.execute(LIST_SHOWN) if count}


def index_books(db: Connection, isbns: Sequence[str]) -> int:
    """Bring the index up to date with these books; says for how many something changed."""
    if not isbns:
        return 0
    now = datetime.now(UTC)
    people, codes = _group(db, READ_PEOPLE, isbns), _group(db, READ_SUBJECTS, isbns)
    rows = db.execute(READ_BOOKS, {"isbns": list(isbns)}).all()
    changes = [
        Change(row.isbn, row.place, _document(row, people.get(row.isbn, ()), codes.get(row.isbn, ()), now))
        for row in rows
    ]
    return _apply(db, changes)


def unindex_books(db: Connection, isbns: Sequence[str]) -> int:
    """Take these books out of the index; says how many were in it."""
    rows = db.execute(READ_BOOKS, {"isbns": list(isbns)}).all() if isbns else []
    return _apply(db, [Change(row.isbn, row.place, None) for row in rows])


def index_missing(db: Connection, limit: int) -> int:
    """Index books that were never indexed, as in a shop from before there was an index; says how many."""
    return index_books(db, list(db.execute(LIST_MISSING, {"limit": limit}).scalars()))


def has_moved(db: Connection) -> bool:
    """Whether copies moved since somebody followed the shelves."""
    last, seen = (db.execute(statement).scalar() or 0 for statement in (FIND_LAST_MOVED, FIND_FOLLOWED))
    return int(last) > int(seen)


def follow_shelves(db: Connection) -> int:
    """Move the books whose last copy went or whose first came since the last time; says how many moved.

    Selling writes nothing here, so that it waits for nobody.
    """
    seen: int = db.execute(FIND_FOLLOWED).scalar_one()
    moved = db.execute(LIST_MOVED, {"seen": seen - LATE_MOVEMENTS}).all()
    if not moved:
        return 0
    isbns = sorted({row.isbn for row in moved})
    crossed = list(db.execute(LIST_CROSSED, {"isbns": isbns}).scalars())
    if moved[-1].id > seen:
        db.execute(FOLLOW, {"seen": moved[-1].id})
    return index_books(db, crossed)


def tidy_index(db: Connection) -> bool:
    """Do some of what makes look-ups fast again after many changes; answers whether there is more to do."""
    more: bool = _index(db).tidy(db)
    return more


@dataclass(frozen=True, slots=True)
class Change:
    """A book, where the index has it, and what the index shall have of it."""

    isbn: str
    place: int | None
    document: Document | None

    def is_done(self, stored: Mapping[int, tuple[str, ...]]) -> bool:
        """Whether the index has the book as it shall."""
        if self.document is None:
            return self.place is None
        return self.place == self.document.place and stored.get(self.place) == self.document.tokens

    @property
    def new_place(self) -> int | None:
        """Where the book shall stand."""
        return self.document.place if self.document else None


def _find(db: Connection, tiers: Sequence[Tier], after: str, limit: int) -> Found:
    position = Position.from_text(after)
    index = _index(db)
    token = tiers[0][0][0]
    if len(tiers) == len(tiers[0]) == 1 and token[:2] in COUNTED:
        known = count_facets(db, [token]).get(token, 0)
        if known > MOST_COUNTED or not known:
            page = _page(index.list_after(db, tiers, position, limit + 1) if known else [], limit, known)
            return replace(page, facets=_list_facets(db, are_all=token == EVERYTHING))
    count, matches = index.list_matches(db, tiers, MOST_COUNTED + 1)
    start = bisect_left(matches, (position.tier, position.place + 1))
    places = [Position(match.tier, match.place) for match in matches[start : start + limit + 1]]
    if count <= MOST_COUNTED:
        return replace(_page(places, limit, count), facets=count_shown(match.shown for match in matches))
    if len(places) <= limit:
        places = index.list_after(db, tiers, position, limit + 1)
    page = _page(places, limit, MOST_COUNTED)
    return replace(page, is_more=True, facets=_list_facets(db, are_all=False))


def _page(positions: Sequence[Position], limit: int, count: int) -> Found:
    after = str(positions[limit - 1]) if len(positions) > limit else ""
    return Found(tuple(position.place for position in positions[:limit]), count, after=after)


def _list_facets(db: Connection, *, are_all: bool) -> dict[str, int | None]:
    return {token: count if are_all else None for token, count in count_shown_facets(db).items()}


def _list_known(db: Connection, words: Sequence[str]) -> set[str]:
    return set(db.execute(LIST_WORDS, {"words": list(words)}).scalars()) if words else set()


def _group(db: Connection, statement: Any, isbns: Sequence[str]) -> dict[str, list[AnyRow]]:
    groups: dict[str, list[AnyRow]] = {}
    for row in db.execute(statement, {"isbns": list(isbns)}).all():
        groups.setdefault(row[0], []).append(row)
    return groups


def _document(
    row: AnyRow, people: Sequence[AnyRow], codes: Sequence[AnyRow], now: datetime
) -> Document | None:
    """What the index keeps of a book: nothing when it is not listed."""
    if not row.is_listed:
        return None
    supply = Supply(row.supply, "", None, row.on_sale, row.preorders_from, row.may_sell)
    kind = find_availability(row.left, supply, now, MAX_COPIES if row.price_minor else 0).kind
    facets = {facet("s", row.shelf), facet("f", find_form(row.form).group), facet("v", kind)}
    optional = (("l", row.language), ("p", band_of(row.price_minor)))
    keys = (("r", row.series_key), ("u", row.publisher_key), *(("c", key) for _, _, key in people))
    facets.update(facet(name, value) for name, value in (*optional, *keys) if value)
    for _, scheme, code, _ in codes:
        if scheme in THEMA_SCHEMES:
            facets.update(thema_facets(code))
    headings = (heading for _, _, _, heading in codes if heading)
    rest = (row.series, row.publisher, row.imprint, row.keywords or "", row.isbn, row.isbn[3:12], *headings)
    tokens = tokens_of(row.title, (row.subtitle, *(name for _, name, _ in people)), rest, facets)
    return Document(place_of(row.isbn, kind, row.published), tokens, shown_of(facets))


def _apply(db: Connection, changes: Sequence[Change]) -> int:
    """Write what differs from what the index has."""
    index = _index(db)
    stored = index.read(db, [change.place for change in changes if change.place is not None])
    differing = [change for change in changes if not change.is_done(stored)]
    if removed := [change.place for change in differing if change.place in stored]:
        index.remove(db, removed)
    added = [change.document for change in differing if change.document]
    # of a batch, so that each token is looked at once
    counts = Counter(chain.from_iterable(document.tokens for document in added))
    if added:
        index.add(db, added)
        index.add_words(db, set(vocabulary_of(counts)))
    moved = {change.isbn: change.new_place for change in differing if change.new_place != change.place}
    if moved:
        index.move(db, moved)
    counts.subtract(chain.from_iterable(stored[place] for place in removed))
    _count(db, {token: counts[token] for token in facets_of(counts)})
    return len(differing)


def _count(db: Connection, differences: Mapping[str, int]) -> None:
    # in order, so that two imports cannot wait for each other in a circle
    if changed := sorted((token, books) for token, books in differences.items() if books):
        _index(db).count(db, changed)
    if fewer := [token for token, books in differences.items() if books < 0]:
        db.execute(FORGET_EMPTY, {"tokens": fewer})


def _index(db: Connection) -> ModuleType:
    return sqlite_index if db.dialect.name == "sqlite" else postgresql_index
