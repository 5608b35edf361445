"""While the shop serves: compare a restored database, and follow lost payments."""

import asyncio
import logging
import random
from datetime import UTC, datetime

from bookshop.database import Database
from bookshop.payments.errors import PaymentError, UnknownPayment
from bookshop.payments.event_store import mark_handled
from bookshop.payments.gateway import Gateway
from bookshop.recovery.lost_event_store import list_lost_events
from bookshop.recovery.recover_from_stripe import recover_from_stripe
from bookshop.recovery.recovery_store import find_pending_recovery
from bookshop.recovery.refresh_lost_order import refresh_lost_order

log = logging.getLogger(__name__)


async def run_recovery(database: Database, gateway: Gateway, interval: float) -> None:
    """Do about every `interval` seconds what is to be done, until cancelled."""
    while True:
        await asyncio.sleep(interval * random.uniform(0.8, 1.2))
        try:
            await recover_if_pending(database, gateway)
            await follow_lost_orders(database, gateway)
        except PaymentError:
            # the gateway has logged it; the next round tries again
            continue
        except Exception:
            log.exception("The comparison with Stripe failed")


async def recover_if_pending(database: Database, gateway: Gateway) -> None:
    """Carry on a comparison that a restore has begun; raises PaymentError."""
    pending = await database.read(find_pending_recovery)
    if pending:
        recovery = await recover_from_stripe(database, gateway, pending.since)
        log.warning(
            "The restored database was compared with Stripe. Payments since: %d, missing orders: %d",
            recovery.payments,
            len(recovery.lost),
        )


async def follow_lost_orders(database: Database, gateway: Gateway) -> None:
    """Handle events of payments whose orders are missing; raises PaymentError."""
    while events := await database.read(list_lost_events, datetime.now(UTC)):
        for intent_id in {event.intent_id for event in events if event.is_news}:
            try:
                await refresh_lost_order(database, gateway, intent_id)
            except UnknownPayment:
                log.warning("Stripe sent an event of a payment that it does not know")
        await database.write(mark_handled, [event.id for event in events], datetime.now(UTC))
