"""An order that was paid and that the database does not have, as Stripe knows it."""

from dataclasses import dataclass, replace
from datetime import datetime

from bookshop.money import Money
from bookshop.orders.order_state import DisputeStage, dispute_stage
from bookshop.orders.payment_update import IS_PAID, IS_PROCESSING, PAID_STATUSES
from bookshop.payments.charge_history import Concern
from bookshop.payments.payment_details import PaymentDetails

AT_STRIPE = "Stripe"


class LostOrderDone(Exception):
    """A lost order was dealt with before: `by` whom, when (`at`), and what was done (`note`)."""

    def __init__(self, by: str, at: datetime, note: str) -> None:
        super().__init__(note)
        self.by, self.at, self.note = by, at, note


@dataclass(frozen=True, slots=True)
class LostOrder:
    """A payment whose order is missing, and what was done about it.

    `recovery_id` is of the comparison that found it first, 0 if only an event has. `refund_asked` is
    the money that the shop has asked Stripe to send back, until Stripe has responded.
    """

    intent_id: str
    recovery_id: int
    order_id: str
    charge_id: str
    status: str
    amount: Money
    refunded: Money
    email: str
    name: str
    address: str
    books: str
    paid_at: datetime
    found_at: datetime
    dispute: str = ""
    dispute_due_at: datetime | None = None
    refund_asked: Money | None = None
    done_at: datetime | None = None
    done_by: str = ""
    note: str = ""

    @property
    def is_open(self) -> bool:
        """Whether a person has yet to send the books, or to refund them."""
        return self.done_at is None

    def refuse_if_done(self) -> None:
        """Raise LostOrderDone if a person, or Stripe, has dealt with it."""
        if self.done_at:
            raise LostOrderDone(self.done_by, self.done_at, self.note)

    @property
    def is_processing(self) -> bool:
        """Whether the bank has yet to decide about the payment."""
        return self.status == IS_PROCESSING

    @property
    def refundable(self) -> Money:
        """What may still go back."""
        is_paid = (
            self.status == IS_PAID and self.charge_id and dispute_stage(self.dispute) is DisputeStage.NONE
        )
        return Money(self.amount.minor - self.refunded.minor if is_paid else 0, self.amount.currency)


def new_lost_order(
    details: PaymentDetails, dispute: Concern | None, recovery_id: int, now: datetime
) -> LostOrder:
    """Return what is stored of a payment whose order is missing."""
    update = details.update
    lost = LostOrder(
        intent_id=update.intent_id,
        recovery_id=recovery_id,
        order_id=update.order_id,
        charge_id="",
        status="",
        amount=update.amount,
        refunded=Money(0, update.amount.currency),
        email=details.email,
        name=details.name,
        address=details.address,
        books=details.books,
        paid_at=details.paid_at,
        found_at=now,
    )
    return merge_details(lost, details, dispute, now)


def merge_details(
    lost: LostOrder, details: PaymentDetails, dispute: Concern | None, now: datetime
) -> LostOrder:
    """Return a lost order as Stripe knows it now.

    One of which nothing is left to send is done; a new dispute, or a refund that has failed later, asks for a
    person again.
    """
    update = details.update
    kind = dispute.kind if dispute else ""
    is_new_dispute = kind != lost.dispute and dispute_stage(kind) is not DisputeStage.NONE
    merged = replace(
        lost,
        charge_id=update.charge.id if update.charge else "",
        status=update.status,
        refunded=details.refunded,
        dispute=kind,
        dispute_due_at=dispute.due_at if dispute else None,
        refund_asked=lost.refund_asked if details.refunded == lost.refunded else None,
        done_at=None if is_new_dispute else lost.done_at,
    )
    if details.refunded < lost.refunded:
        failed = Money(lost.refunded.minor - details.refunded.minor, lost.amount.currency)
        note = f"{lost.note} A refund of {failed} failed.".lstrip()
        return replace(merged, done_at=None, done_by="", note=note)
    if is_new_dispute or merged.done_at:
        return merged
    if update.status not in PAID_STATUSES:
        return replace(merged, done_at=now, done_by=AT_STRIPE, note="The payment failed.")
    if merged.refunded and merged.refunded >= merged.amount:
        return replace(merged, done_at=now, done_by=lost.done_by or AT_STRIPE, note="All of it was refunded.")
    return merged
