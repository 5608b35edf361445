"""Cancel an order, or some of its copies, for the shop or at the shopper's request.

For a paid order all of it is one transaction: copies, stock, timeline, mail, and the refund, which is
requested from Stripe after the commit, or after a crash by the sweeper.
"""

from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.fulfilment.actions import begin_action, lock_standing, record_action
from bookshop.fulfilment.restock import restock
from bookshop.fulfilment.review_store import close_refund_reviews
from bookshop.fulfilment.rules import NotAllowed, Standing
from bookshop.fulfilment.standing_store import find_standing
from bookshop.fulfilment.timeline import ASKING, Action, Entry
from bookshop.fulfilment.timeline_store import check_version, list_entries
from bookshop.mail.mail import MailKind
from bookshop.mail.outbox_store import add_mail
from bookshop.orders.order import CancelReason, Order, PaymentState
from bookshop.orders.store import find_order_by_id
from bookshop.payments.cancel_order import cancel_unpaid
from bookshop.payments.cancel_rules import Cancellation, CancelPlan, plan_cancellation
from bookshop.payments.gateway import Gateway
from bookshop.payments.refund import Refund
from bookshop.payments.refund_entries import kept_copies
from bookshop.payments.refund_order import store_refund
from bookshop.payments.refund_store import list_refunds
from bookshop.payments.send_refund import send_refund


class Cancelled(NamedTuple):
    """The entry of the timeline, and the refund; None if nothing goes back."""

    order: Order
    entry: Entry
    refund: Refund | None


async def cancel_by_shop(
    database: Database,
    gateway: Gateway,
    order_id: str,
    version: int,
    cancellation: Cancellation,
    *,
    actor: str,
) -> Cancelled:
    """Cancel copies of a paid order of this version, or an unpaid order.

    Raises NotAllowed, OrderChanged, LookupError, and PaymentError when Stripe does not respond: then the
    copies of a paid order are cancelled all the same, and the shop requests the refund again by itself.
    """
    order = await database.read(find_order_by_id, order_id)
    if order is None:
        raise LookupError(order_id)
    if order.payment is not PaymentState.PAID:
        if cancellation.copies is not None:
            raise NotAllowed("This order is not paid. It can only be cancelled as a whole.")
        return await cancel_unpaid_by_shop(database, gateway, order, version, actor=actor)
    now = datetime.now(UTC)
    cancelled = await database.write(cancel_paid, order_id, version, cancellation, actor=actor, now=now)
    if cancelled.refund is None:
        return cancelled
    refund = await send_refund(database, gateway, cancelled.order, cancelled.refund)
    return cancelled._replace(refund=refund)


def cancel_paid(
    db: Connection, order_id: str, version: int, cancellation: Cancellation, *, actor: str, now: datetime
) -> Cancelled:
    """Cancel copies of a paid order, and store the refund.

    Raises NotAllowed, OrderChanged, LookupError.
    """
    standing = begin_action(db, order_id, version)
    if standing.order.payment is not PaymentState.PAID:
        raise NotAllowed("This order is not paid.")
    refunds, entries = list_refunds(db, order_id), list_entries(db, order_id)
    plan = plan_cancellation(standing, kept_copies(entries, refunds), cancellation.copies)
    close_refund_reviews(db, order_id)
    refund = None
    if plan.amount:
        refund = store_refund(db, standing.order, len(refunds), plan.amount, "", now)
    is_as_asked = any(entry.action in ASKING for entry in entries)
    entry = record_cancellation(
        db, standing, cancellation, plan, refund, is_as_asked=is_as_asked, actor=actor, now=now
    )
    return Cancelled(standing.order, entry, refund)


def record_cancellation(
    db: Connection,
    standing: Standing,
    cancellation: Cancellation,
    plan: CancelPlan,
    refund: Refund | None,
    *,
    is_as_asked: bool,
    actor: str,
    now: datetime,
) -> Entry:
    """Write the cancellation to the order's timeline and to the shopper, and release the copies."""
    copies, message = list(plan.copies.items()), cancellation.message.strip()
    amount_minor = plan.amount.minor
    restocked = sorted(plan.copies) if cancellation.restock else []
    details = {
        "refund": refund.id if refund else "",
        "amount_minor": amount_minor,
        "copies": copies,
        "restocked": restocked,
        "message": message,
    }
    entry = record_action(db, standing, Action.CANCEL, plan.moves, actor=actor, now=now, details=details)
    restock(db, standing.order.id, entry.version, plan.moves, restocked)
    told = {
        "copies": copies,
        "is_whole": plan.is_whole,
        "is_as_asked": is_as_asked,
        "refund_minor": amount_minor,
        "message": message,
    }
    occurrence = str(entry.version)
    add_mail(db, MailKind.CANCELLED, now, order_id=standing.order.id, occurrence=occurrence, details=told)
    return entry


def preview_cancellation(db: Connection, order: Order, cancellation: Cancellation) -> CancelPlan:
    """Return what a cancellation of a paid order would do, without doing it; raises NotAllowed."""
    refunds, entries = list_refunds(db, order.id), list_entries(db, order.id)
    return plan_cancellation(find_standing(db, order), kept_copies(entries, refunds), cancellation.copies)


async def cancel_unpaid_by_shop(
    database: Database, gateway: Gateway, order: Order, version: int, *, actor: str
) -> Cancelled:
    """Cancel an unpaid order, at Stripe first; its receipt tells the shopper."""
    if order.payment is PaymentState.CANCELLED:
        raise NotAllowed("This order is cancelled already.")
    if order.review_reason:
        raise NotAllowed("The payment of this order needs review. Refund it at Stripe first.")
    await database.read(check_version, order.id, version)
    order = await cancel_unpaid(database, gateway, order, CancelReason.BY_SHOP)
    if order.payment is PaymentState.PAID:
        raise NotAllowed("This order was paid in the meantime. Look at it again.")
    if order.payment is not PaymentState.CANCELLED:
        raise NotAllowed("This order is being paid just now. Try again when the payment has ended.")
    entry = await database.write(record_unpaid, order.id, actor=actor, now=datetime.now(UTC))
    return Cancelled(order, entry, None)


def record_unpaid(db: Connection, order_id: str, *, actor: str, now: datetime) -> Entry:
    """Write to the timeline that the shop has cancelled an unpaid order."""
    return record_action(db, lock_standing(db, order_id), Action.CANCEL, (), actor=actor, now=now)
