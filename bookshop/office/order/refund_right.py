"""Whether a member of staff may pay so much of an order back."""

from enum import StrEnum

from sqlalchemy import Connection

from bookshop.money import Money
from bookshop.office.order.order_view import OrderView
from bookshop.office.proof import needs_proof
from bookshop.office.refund_limit import find_refund_limit
from bookshop.orders.refund import sum_refunds
from bookshop.staff.session import Session


class RefundRight(StrEnum):
    """Above the limit only owners refund, after showing again who they are."""

    ALLOWED = "allowed"
    NEEDS_OWNER = "needs_owner"
    NEEDS_PROOF = "needs_proof"


def find_refund_right(db: Connection, session: Session, view: OrderView, amount: Money) -> RefundRight:
    """Return whether this amount may go back, counted with what went back before."""
    currency = amount.currency
    if not amount or sum_refunds(view.refunds, currency) + amount <= find_refund_limit(db, currency):
        return RefundRight.ALLOWED
    if not session.staff.is_owner:
        return RefundRight.NEEDS_OWNER
    return RefundRight.NEEDS_PROOF if needs_proof(session) else RefundRight.ALLOWED
