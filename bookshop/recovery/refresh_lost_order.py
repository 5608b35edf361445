"""Store a payment whose order is missing, or bring what is stored of it in line with Stripe."""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.orders.payment_update import PAID_STATUSES
from bookshop.orders.store import find_order_by_id
from bookshop.payments.charge_history import Concern
from bookshop.payments.gateway import Gateway
from bookshop.payments.payment_details import PaymentDetails
from bookshop.recovery.lost_order import LostOrder, merge_details, new_lost_order
from bookshop.recovery.lost_order_store import (
    add_lost_order,
    find_lost_order,
    lock_lost_orders,
    set_lost_order,
)


async def refresh_lost_order(database: Database, gateway: Gateway, intent_id: str) -> LostOrder | None:
    """Read a payment of a missing order from Stripe and store it; raises PaymentError.

    None if it is another program's, unpaid, or of an order that the database has.
    """
    details = await gateway.read_payment_details(intent_id)
    dispute = await find_dispute(gateway, details)
    return await database.write(store_if_lost, details, dispute, datetime.now(UTC))


async def find_dispute(gateway: Gateway, details: PaymentDetails) -> Concern | None:
    """Return the dispute of a payment; asks Stripe only if there is one."""
    charge = details.update.charge
    return await gateway.find_dispute(charge.id) if charge and details.is_disputed else None


def store_if_lost(
    db: Connection, details: PaymentDetails, dispute: Concern | None, now: datetime
) -> LostOrder | None:
    """Store a payment if it is this shop's and its order is missing."""
    update = details.update
    shop_id = lock_lost_orders(db)
    if find_lost_order(db, update.intent_id) is None:
        is_ours = update.shop_id == shop_id and update.status in PAID_STATUSES
        if not is_ours or find_order_by_id(db, update.order_id):
            return None
    return store_lost(db, details, dispute, 0, now)


def store_lost(
    db: Connection, details: PaymentDetails, dispute: Concern | None, recovery_id: int, now: datetime
) -> LostOrder:
    """Store a payment of a missing order; what a person has recorded stays.

    The caller has locked the lost orders.
    """
    earlier = find_lost_order(db, details.update.intent_id)
    if earlier is None:
        lost = new_lost_order(details, dispute, recovery_id, now)
        add_lost_order(db, lost)
        return lost
    # one that an event has found is counted by the first comparison after it, and by no later one
    found = replace(earlier, recovery_id=earlier.recovery_id or recovery_id)
    lost = merge_details(found, details, dispute, now)
    set_lost_order(db, lost)
    return lost
