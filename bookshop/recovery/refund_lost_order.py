"""Refund a lost order: store what was asked, then request it under a key of its own."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.money import Money
from bookshop.orders.refund import Refund, RefundStatus
from bookshop.payments.errors import RequestRefused
from bookshop.payments.gateway import Gateway
from bookshop.payments.refund import RefundUpdate
from bookshop.recovery.lost_order import LostOrder
from bookshop.recovery.lost_order_store import find_lost_order, lock_lost_orders, set_lost_order
from bookshop.recovery.refresh_lost_order import refresh_lost_order


class LostRefundRefused(Exception):
    """The refund was not made; the message is for a bookseller."""


async def refund_lost_order(
    database: Database, gateway: Gateway, intent_id: str, minor: int, *, actor: str
) -> LostOrder | None:
    """Send back all of a payment that has not gone back, once; `minor` is what the person saw.

    Raises LookupError, LostOrderDone, LostRefundRefused, and PaymentError when Stripe does not respond: then
    the same request again means the same refund.
    """
    lost = await database.write(ask_refund, intent_id, minor, actor)
    # Stripe forgets a key after a day
    refund = to_refund(lost, await gateway.list_refunds(lost.charge_id), datetime.now(UTC))
    if refund:
        try:
            await gateway.create_refund(lost.charge_id, refund)
        except RequestRefused as refused:
            await database.write(forget_refund, intent_id)
            reason = (refused.code or refused.field or "refused").replace("_", " ")
            raise LostRefundRefused(f"Stripe refuses the refund of {refund.amount}: {reason}.") from None
    return await refresh_lost_order(database, gateway, intent_id)


def ask_refund(db: Connection, intent_id: str, minor: int, actor: str) -> LostOrder:
    """Store that a refund is asked for; raises LookupError, LostOrderDone, LostRefundRefused."""
    lock_lost_orders(db)
    lost = find_lost_order(db, intent_id)
    if lost is None:
        raise LookupError(intent_id)
    lost.refuse_if_done()
    if not lost.refundable or lost.refundable.minor != minor:
        raise LostRefundRefused("The sum has changed since it was shown. Look at it, then go on.")
    asked = replace(lost, refund_asked=lost.refundable, done_by=actor)
    set_lost_order(db, asked)
    return asked


def to_refund(lost: LostOrder, made: Sequence[RefundUpdate], now: datetime) -> Refund | None:
    """Return the refund that was asked for, None if it was made.

    Its id is the same however often it is sent, and another one after a refund that has failed: Stripe would
    only repeat that one.
    """
    key = f"lost-{lost.intent_id}-{lost.refunded.minor}"
    earlier = [one for one in made if one.key == key or one.key.startswith(f"{key}-")]
    if any(one.status is not RefundStatus.FAILED for one in earlier):
        return None
    amount = lost.refund_asked or Money(0, lost.amount.currency)
    return Refund(f"{key}-{len(earlier)}" if earlier else key, lost.order_id, amount, "", now)


def forget_refund(db: Connection, intent_id: str) -> None:
    """Store that Stripe has refused the refund."""
    lock_lost_orders(db)
    if lost := find_lost_order(db, intent_id):
        set_lost_order(db, replace(lost, refund_asked=None, done_by=""))
