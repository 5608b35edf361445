"""Refund an order: store the refund, then request it from Stripe under a key of its own.

A crash in between leaves a refund that is "requested". The next request, or the sweeper, looks for it at
Stripe and sends it again with the same key and parameters if it is not there, so nothing goes back twice.
"""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from bookshop.catalogue.stock import return_stock
from bookshop.database import Database
from bookshop.orders.due_store import set_due
from bookshop.orders.order import Order
from bookshop.orders.store import lock_order
from bookshop.payments.gateway import Gateway
from bookshop.payments.refund import Refund, RefundStatus
from bookshop.payments.refund_rules import RefundPlan, RefundRequest, find_repeated, plan_refund
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
    if repeated := find_repeated(order, request, refunds, returned):
        return RefundToSend(order, repeated, is_new=False, is_requested=True)
    unanswered = [refund for refund in refunds if refund.status is RefundStatus.REQUESTED]
    if unanswered:
        return RefundToSend(order, unanswered[0], is_new=False, is_requested=False)
    plan = plan_refund(order, request, refunds, returned)
    refund = Refund(f"{order_id}-{len(refunds) + 1}", order_id, plan.amount, request.reason, now)
    add_refund(db, refund)
    return_stock(db, plan.copies, order_id, refund.id)
    # after a crash before Stripe responds, the sweeper finds it
    set_due(db, order_id, now + RETRY_AFTER)
    return RefundToSend(order, refund, is_new=True, is_requested=True)


def preview_refund(db: Connection, order: Order, request: RefundRequest) -> RefundPlan:
    """Return what a request would do, without doing it; raises NotRefundable."""
    refunds, returned = list_refunds(db, order.id), list_returned(db, order.id)
    if repeated := find_repeated(order, request, refunds, returned):
        return RefundPlan(repeated.amount, returned.get(repeated.id, {}))
    return plan_refund(order, request, refunds, returned)


async def resume_refund(database: Database, gateway: Gateway, order: Order, refund: Refund) -> Refund:
    """Look for an unanswered refund before sending it again: Stripe forgets a key after a day."""
    updates = await gateway.list_refunds(charge_id_of(order))
    refunds = await database.write(apply_refund_updates, order.id, updates)
    found = next(each for each in refunds if each.id == refund.id)
    if found.status is not RefundStatus.REQUESTED:
        return found
    return await send_refund(database, gateway, order, found)
