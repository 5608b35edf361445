"""Refund an order: store the refund, then request it from Stripe under a key of its own.

A crash in between leaves a refund that is "requested". The next request, or the sweeper, looks for it at
Stripe and sends it again with the same key and parameters if it is not there, so nothing goes back twice.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from bookshop.catalogue.stock import return_stock
from bookshop.database import Database
from bookshop.orders.due_store import set_due
from bookshop.orders.order import Order
from bookshop.orders.store import lock_order
from bookshop.payments.gateway import Gateway
from bookshop.payments.refund import Refund, RefundStatus, refundable_amount
from bookshop.payments.refund_rules import RefundRequest, check_refund_amount, copies_to_restock, is_repeat
from bookshop.payments.refund_store import add_refund, list_refunds, list_returned
from bookshop.payments.send_refund import apply_refund_updates, charge_id_of, send_refund

# by then Stripe has responded, or the process that asked has crashed
RETRY_AFTER = timedelta(minutes=1)


class RefundToSend(NamedTuple):
    """A refund to request from Stripe: a new one, or one to which Stripe has not responded yet."""

    order: Order
    refund: Refund
    is_new: bool
    is_requested: bool


async def refund_order(database: Database, gateway: Gateway, order_id: str, request: RefundRequest) -> Refund:
    """Refund money of an order; the refund is "failed" where Stripe refuses.

    Raises NotRefundable when the shop refuses, LookupError when there is no such order, and PaymentError
    when Stripe does not respond: then the refund stays "requested", and the same request again
    means that one.
    """
    while True:
        begun = await database.write(begin_refund, order_id, request, datetime.now(UTC))
        if begun.is_new:
            return await send_refund(database, gateway, begun.order, begun.refund)
        refund = await resume_refund(database, gateway, begun.order, begun.refund)
        if begun.is_requested:
            return refund


def begin_refund(db: Connection, order_id: str, request: RefundRequest, now: datetime) -> RefundToSend:
    """Store a refund, unless an unanswered one comes first; raises NotRefundable."""
    order = lock_order(db, order_id)
    refunds, returned = list_refunds(db, order_id), list_returned(db, order_id)
    unanswered = [refund for refund in refunds if refund.status is RefundStatus.REQUESTED]
    for refund in unanswered:
        others = [each for each in refunds if each != refund]
        if is_repeat(order, request, refund, others, returned.get(refund.id, {})):
            return RefundToSend(order, refund, is_new=False, is_requested=True)
    if unanswered:
        return RefundToSend(order, unanswered[0], is_new=False, is_requested=False)
    amount = check_refund_amount(order, request, refundable_amount(order, refunds))
    all_returned: Counter[str] = Counter()
    for copies in returned.values():
        all_returned.update(copies)
    restocked = copies_to_restock(order, request, amount, all_returned)
    refund = Refund(f"{order_id}-{len(refunds) + 1}", order_id, amount, request.reason, now)
    add_refund(db, refund)
    return_stock(db, restocked, refund.id)
    # after a crash before Stripe responds, the sweeper finds it
    set_due(db, order_id, now + RETRY_AFTER)
    return RefundToSend(order, refund, is_new=True, is_requested=True)


async def resume_refund(database: Database, gateway: Gateway, order: Order, refund: Refund) -> Refund:
    """Look for an unanswered refund before sending it again: Stripe forgets a key after a day."""
    updates = await gateway.list_refunds(charge_id_of(order))
    refunds = await database.write(apply_refund_updates, order.id, updates)
    found = next(each for each in refunds if each.id == refund.id)
    if found.status is not RefundStatus.REQUESTED:
        return found
    return await send_refund(database, gateway, order, found)
