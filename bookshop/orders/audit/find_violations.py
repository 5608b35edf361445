"""Check every rule, and find what breaks them."""

from collections.abc import Callable, Iterable, Iterator

from sqlalchemy import Connection, func, select

from bookshop.orders.audit.copy_rules import (
    find_gaps_of_timelines,
    find_wrong_copies,
    find_wrong_packing,
    find_wrong_parcels,
)
from bookshop.orders.audit.lost_order_rules import find_open_lost_orders, find_pending_recoveries
from bookshop.orders.audit.number_rules import find_gaps
from bookshop.orders.audit.payment_rules import (
    find_forgotten_events,
    find_needing_review,
    find_paid_without_proof,
    find_shared_payments,
    find_without_attempt,
    find_wrong_totals,
)
from bookshop.orders.audit.refund_rules import find_excessive_refunds
from bookshop.orders.audit.stock_rules import (
    find_reservations_without_movements,
    find_reservations_without_orders,
    find_wrong_on_hand,
    find_wrong_order_movements,
    find_wrong_paid,
)
from bookshop.orders.audit.violation import Violation
from bookshop.schema import books, orders

RULES: tuple[Callable[[Connection], Iterable[Violation]], ...] = (
    find_wrong_on_hand,
    find_reservations_without_orders,
    find_reservations_without_movements,
    find_wrong_order_movements,
    find_wrong_paid,
    find_wrong_copies,
    find_wrong_parcels,
    find_wrong_packing,
    find_gaps_of_timelines,
    find_paid_without_proof,
    find_shared_payments,
    find_without_attempt,
    find_forgotten_events,
    find_wrong_totals,
    find_gaps,
    find_needing_review,
    find_excessive_refunds,
    find_open_lost_orders,
    find_pending_recoveries,
)
# these state what waits for a person, not that something is wrong
TO_DO_RULES = frozenset({"review", "lost", "restore"})


COUNT_BOOKS_AND_ORDERS = select(
    select(func.count()).select_from(books).scalar_subquery().label("books"),
    select(func.count()).select_from(orders).scalar_subquery().label("orders"),
)


def count_books_and_orders(db: Connection) -> tuple[int, int]:
    found = db.execute(COUNT_BOOKS_AND_ORDERS).one()
    return found.books, found.orders


def find_violations(db: Connection, on_rule: Callable[[], object] = lambda: None) -> Iterator[Violation]:
    """Yield what breaks the rules, one rule after the other; `on_rule` is called after each."""
    for rule in RULES:
        yield from rule(db)
        on_rule()
