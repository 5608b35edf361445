"""Finding orders by what names them, each by an index."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, String, bindparam, or_, select

from bookshop.database.pad_values import pad_values
from bookshop.fulfilment.order_conditions import HAS_IN_STOCK, HAS_TO_ORDER, MAY_LEAVE
from bookshop.office.work.find_query import FindQuery
from bookshop.orders.attempt_store import HAS_SESSION
from bookshop.orders.search_terms import typed_terms
from bookshop.orders.store import find_order_id
from bookshop.orders.term_store import find_by_any_term, find_by_terms
from bookshop.schema import books, order_copies, orders, payment_attempts, refunds
from bookshop.search.choose_index import choose_index
from bookshop.search.expression import AllOf
from bookshop.search.filters import Filters
from bookshop.search.query import Query, tiers_of
from bookshop.search.results import START

# more is a list to look through, not an answer
MAX_FOUND = 25
# of which orders are looked for, the first that the shop would show
MAX_TITLES = 8
MAX_HITS = 100
# exact titles; all words in titles and names
TITLE_TIERS = 2

_KEY = bindparam("key", type_=String)
FIND_BY_KEY = select(orders.c.id).where(or_(orders.c.token == _KEY, orders.c.id == _KEY))
_BY_CHARGE = select(orders.c.id).where(orders.c.charge_id == _KEY)
_BY_REFUND = select(refunds.c.order_id).where(refunds.c.stripe_refund_id == _KEY)
# one index each: PostgreSQL reads a whole table for a column that is empty in most rows
FIND_BY_STRIPE_ID: Mapping[str, Select[Any]] = {
    "ch": _BY_CHARGE,
    "py": _BY_CHARGE,
    "pi": select(payment_attempts.c.order_id).where(payment_attempts.c.intent_id == _KEY),
    "cs": select(payment_attempts.c.order_id).where(payment_attempts.c.session_id == _KEY, HAS_SESSION),
    "re": _BY_REFUND,
    "pyr": _BY_REFUND,
}


def find_named(db: Connection, query: FindQuery) -> list[str]:
    """Return the ids of the orders that a number, a link or an id of Stripe's names."""
    if query.number is not None:
        order_id = find_order_id(db, query.number)
        return [order_id] if order_id else []
    if query.key:
        return list(db.execute(FIND_BY_KEY, {"key": query.key}).scalars())
    statement = FIND_BY_STRIPE_ID[query.stripe_id.partition("_")[0]]
    return list(db.execute(statement, {"key": query.stripe_id}).scalars())


def find_by_person(db: Connection, text: str) -> list[str]:
    """Return the ids of orders with these names or email addresses, the newest first."""
    return find_by_terms(db, typed_terms(text), MAX_FOUND + 1)


LIST_ISBNS = select(books.c.isbn).where(books.c.rank.in_(bindparam("ranks", expanding=True)))


def find_by_title(db: Connection, text: str) -> list[str]:
    """Return the ids of orders for books with such titles or authors, the newest first."""
    query = Query.from_text(text)
    if not query.words:
        return []
    ranks = list_ranks(db, tiers_of(query, Filters())[:TITLE_TIERS])
    isbns = db.execute(LIST_ISBNS, {"ranks": pad_values(ranks)}).scalars().all() if ranks else []
    return find_by_any_term(db, isbns, MAX_FOUND + 1)


def list_ranks(db: Connection, tiers: Sequence[AllOf]) -> list[int]:
    """Return the ranks of the first books of a search."""
    index = choose_index(db)
    # one statement for few books, where looking for them in order takes five
    count, hits = index.list_hits(db, tiers, MAX_HITS)
    if count < MAX_HITS:
        return [hit.rank for hit in hits[:MAX_TITLES]]
    return [cursor.rank for cursor in index.list_after(db, tiers, START, MAX_TITLES)]


def find_by_isbn(db: Connection, isbn: str) -> list[str]:
    """Return the ids of orders for a book, the newest first."""
    return find_by_any_term(db, [isbn], MAX_FOUND + 1)


LIST_WAITING_FOR_BOOK = (
    select(order_copies.c.order_id)
    .join(orders)
    .where(order_copies.c.isbn == bindparam("isbn"), HAS_TO_ORDER, MAY_LEAVE)
    .order_by(order_copies.c.order_number)
    .limit(MAX_FOUND)
)
LIST_TO_PACK_WITH_BOOK = (
    select(order_copies.c.order_id)
    .join(orders)
    .where(order_copies.c.isbn == bindparam("isbn"), HAS_IN_STOCK, MAY_LEAVE)
    .order_by(order_copies.c.order_number)
    .limit(MAX_FOUND)
)


def list_waiting_for_book(db: Connection, isbn: str) -> list[str]:
    """Return the ids of orders that wait for copies of a book to arrive, the oldest first."""
    return list(db.execute(LIST_WAITING_FOR_BOOK, {"isbn": isbn}).scalars())


def list_to_pack_with_book(db: Connection, isbn: str) -> list[str]:
    """Return the ids of orders for which copies of a book are to be packed, the oldest first."""
    return list(db.execute(LIST_TO_PACK_WITH_BOOK, {"isbn": isbn}).scalars())


def merge_ids(*found: Iterable[str]) -> list[str]:
    """Return ids of several answers, each once, in this order."""
    return list(dict.fromkeys(one for ids in found for one in ids))
