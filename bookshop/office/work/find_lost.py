"""Finding orders that a restored database does not have."""

from collections.abc import Sequence

from sqlalchemy import Connection, String, bindparam, or_, select

from bookshop.office.work.find_query import FindQuery
from bookshop.office.work.find_store import MAX_FOUND
from bookshop.orders.search_terms import email_term, name_words, typed_terms
from bookshop.orders.term_store import MIN_PREFIX_CHARS
from bookshop.recovery.lost_order import LostOrder
from bookshop.recovery.lost_order_store import to_lost_order
from bookshop.schema import lost_orders

_KEY = bindparam("key", type_=String)
LIST_LOST = select(lost_orders).order_by(
    lost_orders.c.done_at.is_not(None), lost_orders.c.paid_at.desc(), lost_orders.c.intent_id
)
LIST_NAMED = LIST_LOST.where(
    or_(lost_orders.c.intent_id == _KEY, lost_orders.c.charge_id == _KEY, lost_orders.c.order_id == _KEY)
)


def find_lost(db: Connection, query: FindQuery) -> list[LostOrder]:
    """Return the lost orders of a payment or a person: open ones first, then the newest first."""
    if key := query.stripe_id or query.key:
        return [to_lost_order(row) for row in db.execute(LIST_NAMED, {"key": key})]
    terms = [] if query.number or query.isbn else typed_terms(query.text)
    if not terms:
        return []
    # few rows: no index is worth its writes
    found = [row for row in db.execute(LIST_LOST) if has_terms(row.name, row.email, terms)]
    return [to_lost_order(row) for row in found[: MAX_FOUND + 1]]


def has_terms(name: str, email: str, terms: Sequence[str]) -> bool:
    """Return whether a person has all of these terms; the last may be the beginning of one."""
    own = {*name_words(name), email_term(email)}
    *others, last = terms
    begins = len(last) >= MIN_PREFIX_CHARS and any(term.startswith(last) for term in own)
    return (last in own or begins) and own.issuperset(others)
