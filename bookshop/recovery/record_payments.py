"""Store a few payments of Stripe's list whose orders the database does not have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from bookshop.orders.payment_update import IS_PAID, PAID_STATUSES
from bookshop.payments.charge_history import Concern
from bookshop.payments.payment_details import PaymentDetails
from bookshop.recovery.known_order_store import (
    KnownOrder,
    list_found_before,
    list_known_orders,
)
from bookshop.recovery.lost_order_store import lock_lost_orders
from bookshop.recovery.refresh_lost_order import store_lost

CANCELLABLE = ("requires_payment_method", "requires_confirmation", "requires_action")


@dataclass
class FoundPayments:
    """What was found among payments.

    `numbered` counts those that may have got an order number after the backup, `paid_by` has the payments of
    orders that the backup has as unpaid, `unpaid` those that no order waits for.
    """

    numbered: int = 0
    paid_by: dict[str, str] = field(default_factory=dict)
    unpaid: list[str] = field(default_factory=list)

    def add(self, other: "FoundPayments") -> None:
        """Add what was found among more payments; those that are unpaid are dealt with at once."""
        self.numbered += other.numbered
        self.paid_by.update(other.paid_by)


def record_payments(
    db: Connection,
    recovery_id: int,
    batch: Sequence[PaymentDetails],
    disputes: Mapping[str, Concern | None],
    now: datetime,
) -> FoundPayments:
    """Store the payments of missing orders, and sort the others."""
    shop_id = lock_lost_orders(db)
    ours = [details for details in batch if details.update.shop_id == shop_id]
    known = list_known_orders(db, {details.update.order_id for details in ours})
    before = list_found_before(db, {details.update.intent_id for details in ours}, recovery_id)
    found = FoundPayments()
    for details in ours:
        update, order = details.update, known.get(details.update.order_id)
        if order and order.accounts_for(update.intent_id):
            continue
        if update.status in CANCELLABLE:
            found.unpaid.append(update.intent_id)
        elif update.status in PAID_STATUSES and not (order and order.may_be_paid):
            store_lost(db, details, disputes.get(update.intent_id), recovery_id, now)
    count_numbers(found, ours, known, before)
    return found


def count_numbers(
    found: FoundPayments,
    payments: Sequence[PaymentDetails],
    known: Mapping[str, KnownOrder],
    before: set[str],
) -> None:
    """Count payments whose numbers are unknown, and name those of unpaid orders."""
    for details in payments:
        update, order = details.update, known.get(details.update.order_id)
        if update.status not in PAID_STATUSES or (order and order.is_paid) or update.intent_id in before:
            continue
        found.numbered += update.status == IS_PAID
        if order and order.may_be_paid:
            found.paid_by[update.order_id] = update.intent_id
