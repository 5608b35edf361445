"""What happened to a charge after it was paid."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from bookshop.money import Money


class Concern(NamedTuple):
    """A dispute with its status, or a fraud warning with the type of fraud.

    `id` is the provider's; `due_at` is by when a dispute must be answered.
    """

    id: str
    kind: str
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChargeHistory:
    """A charge's refunds that did not fail, by Stripe's id, its dispute and fraud warning."""

    refunds: Mapping[str, Money]
    dispute: str = ""
    fraud_warning: str = ""


NOTHING = ChargeHistory({})
