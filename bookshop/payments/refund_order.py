"""Refund an order: store the refund, then request it from Stripe under a key of its own.

A crash in between leaves a refund that is "requested". The next request, or the sweeper, looks for it at
Stripe and sends it again with the same key and parameters if it is not there, so nothing goes back twice.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.fulfilment.actions import lock_standing, record_action
from bookshop.fulfilment.restock import restock
from bookshop.fulfilment.review_store import close_refund_reviews
from bookshop.fulfilment.rules import Standing
from bookshop.fulfilment.standing_store import find_standing
from bookshop.fulfilment.timeline import Action
from bookshop.fulfilment.timeline_store import check_version, list_entries
from bookshop.money import Money
from bookshop.orders.due_store import set_due
from bookshop.orders.order import Order
from bookshop.payments.gateway import Gateway
from bookshop.payments.refund import Refund, RefundStatus
from bookshop.payments.refund_entries import (
    find_repeated,
    kept_copies,
    planned_refund,
    request_to_json,
)
from bookshop.payments.refund_rules import RefundPlan, RefundRequest, plan_refund
from bookshop.payments.refund_store import add_refund, list_refunds
from bookshop.payments.send_refund import apply_refund_updates, charge_id_of, send_refund

# what else is written with a refund, given the connection and the time
WhenStored = Callable[[Connection, datetime], object]
# by then Stripe has responded, or the process that asked has crashed
RETRY_AFTER = timedelta(minutes=1)


class RefundToSend(NamedTuple):
    """A refund to request from Stripe: a new one, or one to which Stripe has not responded yet."""

    order: Order
    refund: Refund
    is_new: bool
    is_requested: bool


async def refund_order(
    database: Database,
    gateway: Gateway,
    order_id: str,
    version: int,
    request: RefundRequest,
    *,
    actor: str,
    when_stored: WhenStored = lambda *_: None,
) -> Refund:
    """Refund money of an order of this version; the refund is "failed" where Stripe refuses.

    `when_stored` is called in the transaction that stores a new refund.

    Raises NotRefundable when the shop refuses, OrderChanged, LookupError when there is no such order, and
    PaymentError when Stripe does not respond: then the refund stays "requested", and the same request again
    means that one, whatever the version.
    """
    while True:
        now = datetime.now(UTC)
        begun = await database.write(
            begin_and_call, when_stored, order_id, version, request, actor=actor, now=now
        )
        if begun.is_new:
            return await send_refund(database, gateway, begun.order, begun.refund)
        refund = await resume_refund(database, gateway, begun.order, begun.refund)
        if begun.is_requested:
            return refund


def begin_and_call(
    db: Connection,
    when_stored: WhenStored,
    order_id: str,
    version: int,
    request: RefundRequest,
    *,
    actor: str,
    now: datetime,
) -> RefundToSend:
    """Store a refund with what belongs to it; raises as `begin_refund` and `when_stored`."""
    begun = begin_refund(db, order_id, version, request, actor=actor, now=now)
    if begun.is_new:
        when_stored(db, now)
    return begun


def begin_refund(
    db: Connection, order_id: str, version: int, request: RefundRequest, *, actor: str, now: datetime
) -> RefundToSend:
    """Store a refund, and take its copies back, unless an unanswered refund comes first.

    Raises NotRefundable, OrderChanged, LookupError.
    """
    standing = lock_standing(db, order_id)
    refunds, entries = list_refunds(db, order_id), list_entries(db, order_id)
    if repeated := find_repeated(entries, request, refunds):
        return RefundToSend(standing.order, repeated, is_new=False, is_requested=True)
    check_version(db, order_id, version)
    unanswered = [refund for refund in refunds if refund.status is RefundStatus.REQUESTED]
    if unanswered:
        return RefundToSend(standing.order, unanswered[0], is_new=False, is_requested=False)
    plan = plan_refund(standing, kept_copies(entries, refunds), request)
    close_refund_reviews(db, order_id)
    refund = store_refund(db, standing.order, len(refunds), plan.amount, request.reason, now)
    record_refund(db, standing, request, plan, refund, actor=actor, now=now)
    return RefundToSend(standing.order, refund, is_new=True, is_requested=True)


def store_refund(
    db: Connection, order: Order, earlier: int, amount: Money, reason: str, now: datetime
) -> Refund:
    """Store a refund after so many earlier ones, to be requested from Stripe after the commit."""
    refund = Refund(f"{order.id}-{earlier + 1}", order.id, amount, reason, now)
    add_refund(db, refund)
    # after a crash before Stripe responds, the sweeper finds it
    set_due(db, order.id, now + RETRY_AFTER)
    return refund


def record_refund(
    db: Connection,
    standing: Standing,
    request: RefundRequest,
    plan: RefundPlan,
    refund: Refund,
    *,
    actor: str,
    now: datetime,
) -> None:
    """Write the refund to the order's timeline, and take its copies back."""
    details = {
        "refund": refund.id,
        "amount_minor": plan.amount.minor,
        "copies": list(plan.copies.items()),
        "restocked": sorted(plan.restocked),
        "request": request_to_json(request),
    }
    entry = record_action(db, standing, Action.REFUND, plan.moves, actor=actor, now=now, details=details)
    restock(db, standing.order.id, entry.version, plan.moves, plan.restocked)


def preview_refund(db: Connection, order: Order, request: RefundRequest) -> RefundPlan:
    """Return what a request would do, without doing it; raises NotRefundable."""
    refunds, entries = list_refunds(db, order.id), list_entries(db, order.id)
    if repeated := find_repeated(entries, request, refunds):
        return planned_refund(entries, repeated)
    return plan_refund(find_standing(db, order), kept_copies(entries, refunds), request)


async def resume_refund(database: Database, gateway: Gateway, order: Order, refund: Refund) -> Refund:
    """Look for an unanswered refund before sending it again: Stripe forgets a key after a day."""
    updates = await gateway.list_refunds(charge_id_of(order))
    refunds = await database.write(apply_refund_updates, order.id, updates)
    found = next(each for each in refunds if each.id == refund.id)
    if found.status is not RefundStatus.REQUESTED:
        return found
    return await send_refund(database, gateway, order, found)
