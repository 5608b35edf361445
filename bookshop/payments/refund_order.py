"""How money goes back: written down first, then asked of Stripe under a key of its own, then noted.

Whoever dies in between leaves a refund that is «asked». The next who comes looks for it at Stripe, and asks
again with the same key and the same words if it is not there, so nothing goes back twice.
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
from bookshop.payments.gateway import Gateway, IdempotencyKeyReused, RequestRefused, UnknownPayment
from bookshop.payments.refund import (
    Refund,
    RefundRequest,
    RefundStatus,
    RefundUpdate,
    amount_to_refund,
    copies_to_restock,
    is_repeat,
    merge_refunds,
    refundable_amount,
    refuse_refund,
)
from bookshop.payments.refund_store import (
    add_refund,
    list_refunds,
    list_returned,
    set_dispute_and_warning,
    set_refund,
)

# how the types of those messages begin after which an order is to be followed
AFTER_PAYMENT_EVENTS = ("refund.", "charge.refund", "charge.dispute.", "radar.early_fraud_warning.")
# by then Stripe has answered, or whoever asked is gone
PATIENCE = timedelta(minutes=1)


class RefundToSend(NamedTuple):
    """A refund that Stripe is to be asked for: a new one, or one that it has not answered yet."""

    order: Order
    refund: Refund
    is_new: bool
    is_wanted: bool


async def refund_order(database: Database, gateway: Gateway, order_id: str, request: RefundRequest) -> Refund:
    """Give money of an order back; the refund is «failed» where Stripe refuses.

    Raises NotRefundable when the shop refuses, LookupError when there is no such order, and PaymentError
    when Stripe does not answer: then the refund stays «asked», and the same request again means that one.
    """
    while True:
        begun = await database.write(begin_refund, order_id, request, datetime.now(UTC))
        if begun.is_new:
            return await send_refund(database, gateway, begun.order, begun.refund)
        refund = await resume_refund(database, gateway, begun.order, begun.refund)
        if begun.is_wanted:
            return refund


async def refresh_refunds(database: Database, gateway: Gateway, order: Order) -> list[Refund]:
    """Make the shop say what Stripe says of refunds, disputes and warnings; answers the order's refunds.

    Calling it again changes nothing; while one of them `is_open`, more is to come.
    """
    if order.charge is None:
        return []
    told = await gateway.list_refunds(order.charge.id)
    dispute = await gateway.find_dispute(order.charge.id)
    warning = await gateway.find_fraud_warning(order.charge.id)
    refunds = await database.write(apply_refund_updates, order.id, told)
    await database.write(set_dispute_and_warning, order.id, dispute, warning)
    return [
        await send_refund(database, gateway, order, refund)
        if refund.status is RefundStatus.REQUESTED
        else refund
        for refund in refunds
    ]


def begin_refund(db: Connection, order_id: str, request: RefundRequest, now: datetime) -> RefundToSend:
    """Write down what is to go back, unless something unanswered comes first; raises NotRefundable."""
    order = lock_order(db, order_id)
    refunds, returned = list_refunds(db, order_id), list_returned(db, order_id)
    asked = [refund for refund in refunds if refund.status is RefundStatus.REQUESTED]
    for refund in asked:
        others = [each for each in refunds if each != refund]
        if is_repeat(order, request, refund, others, returned.get(refund.id, {})):
            return RefundToSend(order, refund, is_new=False, is_wanted=True)
    if asked:
        return RefundToSend(order, asked[0], is_new=False, is_wanted=False)
    amount = amount_to_refund(order, request, refundable_amount(order, refunds))
    back: Counter[str] = Counter()
    for copies in returned.values():
        back.update(copies)
    restocked = copies_to_restock(order, request, amount, back)
    refund = Refund(f"{order_id}-{len(refunds) + 1}", order_id, amount, request.reason, now)
    add_refund(db, refund)
    return_stock(db, restocked, refund.id)
    # should we die before Stripe answers, the sweeper finds it
    set_due(db, order_id, now + PATIENCE, 0)
    return RefundToSend(order, refund, is_new=True, is_wanted=True)


async def resume_refund(database: Database, gateway: Gateway, order: Order, refund: Refund) -> Refund:
    """Look for an unanswered refund at Stripe before asking: it forgets a key after a day."""
    told = await gateway.list_refunds(charge_id_of(order))
    known = await database.write(apply_refund_updates, order.id, told)
    found = next(each for each in known if each.id == refund.id)
    return (
        await send_refund(database, gateway, order, found)
        if found.status is RefundStatus.REQUESTED
        else found
    )


async def send_refund(database: Database, gateway: Gateway, order: Order, refund: Refund) -> Refund:
    """Ask Stripe for a refund that is written down, and note its answer."""
    try:
        update = await gateway.refund(charge_id_of(order), refund)
    except RequestRefused as refused:
        return await database.write(apply_refusal, refund, refused.code or refused.field or "refused")
    except IdempotencyKeyReused:
        return await database.write(apply_refusal, refund, "key_used")
    except UnknownPayment:
        return await database.write(apply_refusal, refund, "unknown_charge")
    known = await database.write(apply_refund_updates, order.id, [update])
    return next(each for each in known if each.refund_id == update.refund_id)


def apply_refund_updates(db: Connection, order_id: str, told: list[RefundUpdate]) -> list[Refund]:
    """Merge what Stripe says into an order's refunds; answers all of them."""
    lock_order(db, order_id)
    known = {refund.id: refund for refund in list_refunds(db, order_id)}
    merged = merge_refunds(order_id, known.values(), told)
    for refund in merged:
        if refund.id not in known:
            add_refund(db, refund)
        elif refund != known[refund.id]:
            set_refund(db, refund)
    return merged


def apply_refusal(db: Connection, refund: Refund, code: str) -> Refund:
    """Note that Stripe refuses a refund, unless it is known by now that it made it."""
    lock_order(db, refund.order_id)
    known = next(each for each in list_refunds(db, refund.order_id) if each.id == refund.id)
    refused = refuse_refund(known, code)
    set_refund(db, refused)
    return refused


def charge_id_of(order: Order) -> str:
    """The payment that money goes back to."""
    return order.charge.id if order.charge else ""
