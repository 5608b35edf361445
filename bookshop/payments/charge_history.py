"""What happened to a charge after it was paid."""

from collections.abc import Mapping
from dataclasses import dataclass

from bookshop.money import Money


@dataclass(frozen=True, slots=True)
class ChargeHistory:
    """A charge's refunds that did not fail, by Stripe's id, its dispute and fraud warning."""

    refunds: Mapping[str, Money]
    dispute: str = ""
    fraud_warning: str = ""


NOTHING = ChargeHistory({})
