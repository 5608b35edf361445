"""What the shop asks of a payment provider, in the shop's words."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bookshop.orders.order import Order
from bookshop.orders.payment_update import PaymentUpdate
from bookshop.payments.refund import Refund, RefundUpdate


class PaymentError(Exception):
    """Something the provider said or did not say."""


class ProviderUnavailable(PaymentError):
    """No answer, or none that says anything of the payment: asking again later is safe and right."""


class RequestRefused(PaymentError):
    """The provider understood and refuses; `code` and `field` are its own words for why."""

    def __init__(self, code: str, field: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.field = field


class UnknownPayment(PaymentError):
    """The provider does not know this payment (the keys changed, or a test account was emptied)."""


class IdempotencyKeyReused(PaymentError):
    """The request's key was used before for other words, by an older version of the shop."""


class BadSignature(PaymentError):
    """A message that claims to come from the provider and does not."""


@dataclass(frozen=True, slots=True)
class Intent:
    """A payment that is expected, by the card form with its secret or on the provider's own page at its url.

    Either lets a browser pay it, so neither is ever stored or logged.
    """

    update: PaymentUpdate
    client_secret: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class HostedPage:
    """Where the provider's own page sends its shopper, and how long it stays open."""

    paid: str
    back: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """A message from the provider: only a reason to look at a payment again."""

    id: str
    type: str
    intent_id: str
    order_id: str
    is_live: bool
    charge_id: str = ""


def is_hosted(intent_id: str) -> bool:
    """Whether this payment is made on the provider's own page."""
    return intent_id.startswith("cs_")


class Gateway(Protocol):
    """The provider, as far as the shop needs it; each method may raise a PaymentError."""

    @property
    def is_reachable(self) -> bool:
        """Whether the provider has answered lately, or nobody has asked."""

    async def create_payment(self, order: Order) -> Intent:
        """Ask for a payment to be expected; asking again for one order and version gives the same one."""

    async def create_hosted_payment(self, order: Order, pages: HostedPage) -> Intent:
        """The same on the provider's own page, which needs no script."""

    async def read_payment(self, intent_id: str) -> Intent:
        """What has become of a payment."""

    async def cancel_payment(self, intent_id: str) -> PaymentUpdate:
        """Let nobody pay this any more; answers what it became, which may be paid."""

    async def list_events(self, since: datetime) -> list[Event]:
        """The messages that were sent since then, whether they arrived or not; the oldest first."""

    def read_event(self, body: bytes, signature: str) -> Event:
        """Verify a message and read it; raises BadSignature."""

    async def close(self) -> None:
        """Let go of every connection."""

    def list_payments(self, since: datetime) -> AsyncIterator[PaymentUpdate]:
        """Every payment that was expected since then, whatever became of it; the newest first."""

    async def refund(self, charge_id: str, refund: Refund) -> RefundUpdate:
        """Give money of a payment back; asking again for one refund gives the same one."""

    async def list_refunds(self, charge_id: str) -> list[RefundUpdate]:
        """Every refund of a payment, whoever made it."""

    async def find_dispute(self, charge_id: str) -> str:
        """How far the dispute over a payment is, in the provider's word; empty when there is none."""

    async def find_fraud_warning(self, charge_id: str) -> str:
        """What kind of fraud the card's bank takes a payment for; empty when it does not."""
