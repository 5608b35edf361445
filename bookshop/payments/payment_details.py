"""What Stripe knows of a payment beside its state: who paid, for what, what followed."""

from dataclasses import dataclass
from datetime import datetime

from bookshop.money import Money
from bookshop.orders.payment_update import PaymentUpdate


@dataclass(frozen=True, slots=True)
class PaymentDetails:
    """A payment with what the provider knows of its shopper; what it does not know is empty.

    `books` are ISBNs with quantities, as the shop gave them to the provider.
    """

    update: PaymentUpdate
    paid_at: datetime
    name: str
    email: str
    address: str
    books: str
    refunded: Money
    is_disputed: bool
