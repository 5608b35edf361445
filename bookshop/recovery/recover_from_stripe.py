"""Bring a restored database in line with what Stripe knows of since the backup.

That is all that was paid, refunded or disputed. It may be interrupted anywhere and run again: what is stored
of a payment has the payment's id as its key, and numbers are skipped once.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from bookshop.database import Database
from bookshop.orders.order_list import list_payable_orders
from bookshop.orders.payment_update import PAID_STATUSES
from bookshop.orders.store import find_order_by_id
from bookshop.payments.errors import RequestRefused, UnknownPayment
from bookshop.payments.gateway import Gateway
from bookshop.payments.refresh_refunds import refresh_refunds
from bookshop.recovery.adopt_payment import bring_in_line, find_intent
from bookshop.recovery.known_order_store import (
    find_last_numbered,
    list_orders_of_charges,
    list_unsettled_orders,
)
from bookshop.recovery.lost_order import LostOrder
from bookshop.recovery.lost_order_store import list_lost_orders, list_open_intents
from bookshop.recovery.record_payments import FoundPayments, record_payments
from bookshop.recovery.recovery_store import (
    FIRST_YEAR,
    RecoveryState,
    begin_recovery,
    end_recovery,
    find_pending_recovery,
    skip_numbers,
)
from bookshop.recovery.refresh_lost_order import find_dispute, refresh_lost_order

T = TypeVar("T")
# Stripe's clock and the shop's may differ
LIST_MARGIN = timedelta(days=1)
BATCH_SIZE = 100
# within which a bank may send a refund back
MAX_RETURN_TIME = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Recovery:
    """What was found: the payments since the backup, and how the database was changed.

    `paid` counts orders of the backup that were paid since, `refreshed` those whose refunds or disputes may
    have changed, `unknown` those that Stripe does not know.
    """

    since: datetime
    payments: int
    paid: int
    refreshed: int
    unknown: int
    lost: list[LostOrder]


async def recover_from_stripe(database: Database, gateway: Gateway, since: datetime) -> Recovery:
    """Compare a database, restored from a backup of `since`, with Stripe; raises PaymentError.

    A comparison that was interrupted is carried on.
    """
    recovery = await database.read(find_pending_recovery)
    if recovery is None:
        recovery = await database.write(begin_recovery, since, datetime.now(UTC))
    payable = await database.read(list_payable_orders)
    since = await bound_by_stripe(database, gateway, recovery.since)
    oldest = min([since, *(order.placed_at for order in payable)])
    found = await find_payments(database, gateway, recovery, list_from(oldest))
    await database.write(skip_numbers, recovery.id, found.numbered)
    counts = Counter[str]()
    for order in payable:
        with counting_unknown(counts):
            after = await bring_in_line(database, gateway, order, found.paid_by.get(order.id, ""))
            counts["paid"] += after.number is not None
    await refresh_known_charges(database, gateway, since, counts)
    for intent_id in await database.read(list_open_intents):
        with counting_unknown(counts):
            await refresh_lost_order(database, gateway, intent_id)
    await database.write(end_recovery, recovery.id, datetime.now(UTC))
    lost = await database.read(list_lost_orders, is_open=True)
    return Recovery(
        recovery.since, found.numbered, counts["paid"], counts["refreshed"], counts["unknown"], lost
    )


async def bound_by_stripe(database: Database, gateway: Gateway, since: datetime) -> datetime:
    """Return since when payments may be missing by Stripe's clock; the shop's may be ahead."""
    order = await database.read(find_last_numbered)
    if order is None:
        return since
    with suppress(UnknownPayment, RequestRefused):
        intent_id = await find_intent(gateway, order.attempt)
        return min(since, (await gateway.read_payment_details(intent_id)).paid_at)
    return since


def list_from(moment: datetime) -> datetime:
    """Return where Stripe's lists begin; the clock may have been wrong when an order was placed."""
    return max(moment, FIRST_YEAR) - LIST_MARGIN


@contextmanager
def counting_unknown(counts: Counter[str]) -> Iterator[None]:
    """Go on after a payment that Stripe does not know, as after a change of the account."""
    try:
        yield
    except (UnknownPayment, RequestRefused):
        counts["unknown"] += 1


async def find_payments(
    database: Database, gateway: Gateway, recovery: RecoveryState, since: datetime
) -> FoundPayments:
    """Store payments of missing orders, and cancel those that a forgotten page could pay."""
    total = FoundPayments()
    async for batch in in_batches(gateway.list_payment_details(since)):
        disputes = {
            details.update.intent_id: await find_dispute(gateway, details)
            for details in batch
            if details.is_disputed
        }
        found = await database.write(record_payments, recovery.id, batch, disputes, datetime.now(UTC))
        total.add(found)
        for intent_id in found.unpaid:
            await cancel_forgotten(database, gateway, intent_id)
    return total


async def in_batches(listed: AsyncIterator[T]) -> AsyncIterator[list[T]]:
    """Yield a few objects at a time, so that each transaction is short."""
    batch: list[T] = []
    async for each in listed:
        batch.append(each)
        if len(batch) == BATCH_SIZE:
            yield batch
            batch = []
    if batch:
        yield batch


async def cancel_forgotten(database: Database, gateway: Gateway, intent_id: str) -> None:
    """Cancel a payment that no order waits for; store it if it was paid in this moment."""
    try:
        update = await gateway.cancel_payment(intent_id)
    except (UnknownPayment, RequestRefused):
        return
    if update.status in PAID_STATUSES:
        await refresh_lost_order(database, gateway, intent_id)


async def refresh_known_charges(
    database: Database, gateway: Gateway, since: datetime, counts: Counter[str]
) -> None:
    """Refresh orders with a refund, dispute or warning since then, or one not settled."""
    wanted = set(await database.read(list_unsettled_orders, since - MAX_RETURN_TIME))
    async for changes in in_batches(gateway.list_charge_changes(list_from(since))):
        wanted.update(await database.read(list_orders_of_charges, {one.charge_id for one in changes}))
    for order_id in sorted(wanted):
        order = await database.read(find_order_by_id, order_id)
        with counting_unknown(counts):
            if order:
                await refresh_refunds(database, gateway, order)
                counts["refreshed"] += 1
