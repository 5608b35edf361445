"""The payment provider as the shop sees it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bookshop.orders.order import Order
from bookshop.orders.payment_update import PaymentUpdate
from bookshop.payments.charge_history import ChargeChange, Concern
from bookshop.payments.key_state import KeyState
from bookshop.payments.payment_details import PaymentDetails
from bookshop.payments.refund import Refund, RefundUpdate


@dataclass(frozen=True, slots=True)
class Intent:
    """A payment by the card form with `client_secret`, or on the hosted page at `url`.

    Either lets a browser pay, so neither is ever stored or logged.
    """

    update: PaymentUpdate
    client_secret: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class HostedPage:
    """Where the provider's own payment page sends its shopper."""

    success_url: str
    cancel_url: str


@dataclass(frozen=True, slots=True)
class Event:
    """A message from the provider; it is only a reason to read the payment again."""

    id: str
    type: str
    intent_id: str
    order_id: str
    is_live: bool
    charge_id: str = ""
    session_id: str = ""


class Gateway(Protocol):
    """The payment provider; every method may raise a PaymentError."""

    @property
    def is_reachable(self) -> bool:
        """Whether the circuit breaker is closed."""

    @property
    def key_state(self) -> KeyState:
        """Whether the provider accepts the shop's key, as far as this process knows."""

    async def check_key(self) -> None:
        """Send one cheap request, once; raises PaymentError."""

    async def create_payment(self, order: Order, shop_id: str) -> Intent:
        """Create a payment by card form; the same order and version give the same one."""

    async def create_hosted_payment(self, order: Order, shop_id: str, page: HostedPage) -> Intent:
        """Create a payment on the provider's own page, which needs no script."""

    async def read_payment(self, payment_id: str) -> Intent:
        """Read the present state of a payment."""

    async def cancel_payment(self, payment_id: str) -> PaymentUpdate:
        """Cancel a payment and return its state, which may be paid."""

    async def list_events(self, since: datetime) -> list[Event]:
        """Return the events since then, whether they were delivered or not; the oldest first."""

    def read_event(self, body: bytes, signature: str) -> Event:
        """Verify and read a message; raises BadSignature and BadMessage."""

    async def close(self) -> None:
        """Close every connection."""

    def list_payments(self, since: datetime) -> AsyncIterator[PaymentUpdate]:
        """Yield every payment created since then, in any state; the newest first."""

    def list_payment_details(self, since: datetime) -> AsyncIterator[PaymentDetails]:
        """Yield the same payments with what the provider knows of their shoppers."""

    async def read_payment_details(self, intent_id: str) -> PaymentDetails:
        """Read the present state of a payment by its intent, with its shopper."""

    def list_charge_changes(self, since: datetime) -> AsyncIterator[ChargeChange]:
        """Yield the refunds that did not fail, the disputes and the fraud warnings made since then.

        The newest of each kind comes first.
        """

    async def create_refund(self, charge_id: str, refund: Refund) -> RefundUpdate:
        """Refund money of a charge; the same refund id gives the same refund."""

    async def list_refunds(self, charge_id: str) -> list[RefundUpdate]:
        """Return every refund of a charge, those made in the provider's dashboard among them."""

    async def find_dispute(self, charge_id: str) -> Concern | None:
        """Return the charge's dispute, with the provider's status of it."""

    async def find_fraud_warning(self, charge_id: str) -> Concern | None:
        """Return the warning of the card's bank, with the type of fraud."""
