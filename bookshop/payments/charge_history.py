"""What happened to a charge after it was paid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from bookshop.money import Money

# https://docs.stripe.com/api/disputes/object#dispute_object-status
CLOSED_DISPUTES = ("won", "lost", "warning_closed", "prevented")


class Concern(NamedTuple):
    """A dispute with its status, or a fraud warning with the type of fraud.

    `id` is the provider's; `due_at` is by when a dispute must be answered.
    """

    id: str
    kind: str
    due_at: datetime | None = None


class ChangeKind(StrEnum):
    """What happened to a charge."""

    REFUND = "refund"
    DISPUTE = "dispute"
    WARNING = "warning"


class ChargeChange(NamedTuple):
    """A refund that did not fail, with its amount, or a concern: `detail` is its `kind`."""

    charge_id: str
    kind: ChangeKind
    id: str
    detail: str = ""
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class ChargeHistory:
    """A charge's refunds that did not fail, by Stripe's id, its dispute and fraud warning."""

    refunds: Mapping[str, Money]
    dispute: str = ""
    fraud_warning: str = ""


NOTHING = ChargeHistory({})


def choose_dispute(disputes: Sequence[Concern]) -> Concern | None:
    """Return the newest open dispute, else the newest (the first in the list)."""
    is_open = [dispute for dispute in disputes if dispute.kind not in CLOSED_DISPUTES]
    return next(iter((*is_open, *disputes)), None)


def gather_history(changes: Sequence[ChargeChange]) -> ChargeHistory:
    """Return the history of a charge from its changes, the newest of each kind first."""
    disputes = [Concern(one.id, one.detail) for one in changes if one.kind is ChangeKind.DISPUTE]
    dispute = choose_dispute(disputes)
    warnings = (one.detail for one in changes if one.kind is ChangeKind.WARNING)
    return ChargeHistory(
        {one.id: one.amount for one in changes if one.amount},
        dispute.kind if dispute else "",
        next(warnings, ""),
    )
