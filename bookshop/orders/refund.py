"""A refund of an order, and how much of the order its refunds give back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bookshop.money import Money, total


class RefundStatus(StrEnum):
    """The state of a refund, forward only: requested → pending → succeeded → failed."""

    REQUESTED = "requested"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Refund:
    """Money of an order that goes back; one made in the dashboard has Stripe's id as its own.

    `id` is also the idempotency key. `stripe_refund_id` is Stripe's id, empty until Stripe has responded, and
    if it refused. It `needs_review` if it failed, or if a person must decide what becomes of its copies.
    """

    id: str
    order_id: str
    amount: Money
    reason: str
    requested_at: datetime
    status: RefundStatus = RefundStatus.REQUESTED
    stripe_refund_id: str = ""
    failure: str = ""
    needs_review: bool = False

    @property
    def is_open(self) -> bool:
        """Whether its state may still change soon."""
        return self.status in (RefundStatus.REQUESTED, RefundStatus.PENDING)

    @property
    def is_known_to_shopper(self) -> bool:
        """Whether the money was or is on its way, rather than refused before it left."""
        return self.status is not RefundStatus.FAILED or bool(self.stripe_refund_id)


def sum_refunds(refunds: Iterable[Refund], currency: str) -> Money:
    """Return how much has gone back or is on its way."""
    return total([each.amount for each in refunds if each.status is not RefundStatus.FAILED], currency)
