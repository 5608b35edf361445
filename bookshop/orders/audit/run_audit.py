"""Check every rule and report what breaks them."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from bookshop.orders.audit.copy_rules import (
    find_gaps_of_timelines,
    find_wrong_copies,
    find_wrong_packing,
    find_wrong_parcels,
)
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

RULES: tuple[Callable[[Connection], list[Violation]], ...] = (
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
)


@dataclass(frozen=True, slots=True)
class AuditReport:
    """How much was checked, and the violations."""

    books: int
    orders: int
    violations: tuple[Violation, ...]


COUNT_BOOKS_AND_ORDERS = select(
    select(func.count()).select_from(books).scalar_subquery().label("books"),
    select(func.count()).select_from(orders).scalar_subquery().label("orders"),
)


def run_audit(db: Connection) -> AuditReport:
    """Check every rule."""
    counts = db.execute(COUNT_BOOKS_AND_ORDERS).one()
    violations = tuple(violation for rule in RULES for violation in rule(db))
    return AuditReport(counts.books, counts.orders, violations)
