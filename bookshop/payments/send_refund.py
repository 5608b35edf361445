"""Request a stored refund from Stripe, and store the response."""

from datetime import UTC, datetime

from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.fulfilment.timeline_store import list_entries
from bookshop.orders.order import Order
from bookshop.orders.store import lock_order
from bookshop.payments.errors import IdempotencyKeyReused, RequestRefused, UnknownPayment
from bookshop.payments.gateway import Gateway
from bookshop.payments.refund import Refund, RefundUpdate, merge_refunds, refuse_refund
from bookshop.payments.refund_mail import write_refund_mail
from bookshop.payments.refund_store import add_refund, list_refunds, set_refund
from bookshop.payments.release_refunded import release_refunded


async def send_refund(database: Database, gateway: Gateway, order: Order, refund: Refund) -> Refund:
    """Request a stored refund; raises PaymentError when Stripe does not respond."""
    try:
        update = await gateway.create_refund(charge_id_of(order), refund)
    except RequestRefused as refused:
        return await database.write(apply_refusal, refund, refused.code or refused.field or "refused")
    except IdempotencyKeyReused:
        return await database.write(apply_refusal, refund, "key_used")
    except UnknownPayment:
        return await database.write(apply_refusal, refund, "unknown_charge")
    refunds = await database.write(apply_refund_updates, order.id, [update])
    return next(each for each in refunds if each.stripe_refund_id == update.stripe_refund_id)


def charge_id_of(order: Order) -> str:
    """Return the charge that money goes back to; empty when there is none."""
    return order.charge.id if order.charge else ""


def apply_refund_updates(db: Connection, order_id: str, updates: list[RefundUpdate]) -> list[Refund]:
    """Merge Stripe's updates into an order's refunds, and return all of them."""
    order, is_changed = lock_order(db, order_id), False
    stored = {refund.id: refund for refund in list_refunds(db, order_id)}
    merged = merge_refunds(order_id, stored.values(), updates)
    for refund in merged:
        if refund != stored.get(refund.id):
            store_change(db, stored.get(refund.id), refund)
            is_changed = True
    if is_changed:
        release_refunded(db, order, datetime.now(UTC))
    return merged


def store_change(db: Connection, earlier: Refund | None, refund: Refund) -> None:
    """Store what Stripe reports of a refund, with the mail about it."""
    if earlier is None:
        add_refund(db, refund)
    else:
        set_refund(db, refund)
    write_refund_mail(db, list_entries(db, refund.order_id), earlier, refund, datetime.now(UTC))


def apply_refusal(db: Connection, refund: Refund, code: str) -> Refund:
    """Store that Stripe refuses a refund, unless it is known by now to be made."""
    lock_order(db, refund.order_id)
    stored = next(each for each in list_refunds(db, refund.order_id) if each.id == refund.id)
    refused = refuse_refund(stored, code)
    if refused != stored:
        store_change(db, stored, refused)
    return refused
