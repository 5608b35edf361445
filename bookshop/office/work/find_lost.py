"""Finding orders that a restored database does not have."""

from collections.abc import Sequence
from itertools import chain, islice

from sqlalchemy import Connection

from bookshop.office.work.find_query import FindQuery
from bookshop.office.work.find_store import MAX_FOUND
from bookshop.orders.search_terms import email_term, name_words, typed_terms
from bookshop.orders.term_store import MIN_PREFIX_CHARS
from bookshop.recovery.lost_order import LostOrder
from bookshop.recovery.lost_order_store import list_lost_orders


def find_lost(db: Connection, query: FindQuery) -> list[LostOrder]:
    """Return the lost orders of a payment or a person: open ones first, then the newest first."""
    key = query.stripe_id or query.key
    terms = [] if query.number or query.isbn else typed_terms(query.text)
    if not key and not terms:
        return []
    # few rows: no index is worth its writes
    rows = chain(list_lost_orders(db, is_open=True), list_lost_orders(db, is_open=False))
    found = (one for one in rows if (has_key(one, key) if key else has_terms(one, terms)))
    return list(islice(found, MAX_FOUND + 1))


def has_key(lost: LostOrder, key: str) -> bool:
    return key in (lost.intent_id, lost.charge_id, lost.order_id)


def has_terms(lost: LostOrder, terms: Sequence[str]) -> bool:
    """Return whether a person has all of these terms; the last may be the beginning of one."""
    own = {*name_words(lost.name), email_term(lost.email)}
    *others, last = terms
    begins = len(last) >= MIN_PREFIX_CHARS and any(term.startswith(last) for term in own)
    return (last in own or begins) and own.issuperset(others)
