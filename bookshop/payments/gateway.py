"""What the shop asks of a payment provider, in the shop's words."""

from dataclasses import dataclass
from typing import Protocol

from bookshop.orders.order import News, Order


class PaymentProblem(Exception):
    """Something the provider said or did not say."""


class ProviderUnavailable(PaymentProblem):
    """No answer, or none that says anything of the payment: asking again later is safe and right."""


class RequestRefused(PaymentProblem):
    """The provider understood and refuses; `code` and `field` are its own words for why."""

    def __init__(self, code: str, field: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.field = field


class UnknownIntent(PaymentProblem):
    """The provider does not know this payment (the keys changed, or a test account was emptied)."""


class KeyUsed(PaymentProblem):
    """The request's key was used before for other words, by an older version of the shop."""


class BadSignature(PaymentProblem):
    """A message that claims to come from the provider and does not."""


@dataclass(frozen=True, slots=True)
class Intent:
    """A payment that is expected; the secret lets a browser pay it, so it is never stored or logged."""

    news: News
    secret: str


@dataclass(frozen=True, slots=True)
class Event:
    """A message from the provider: only a reason to look at a payment again."""

    id: str
    type: str
    intent_id: str
    is_live: bool


class Gateway(Protocol):
    """The provider, as far as the shop needs it; each method may raise a PaymentProblem."""

    async def expect_payment(self, order: Order) -> Intent:
        """Ask for a payment to be expected; asking again for one order and version gives the same one."""

    async def read_payment(self, intent_id: str) -> Intent:
        """What has become of a payment."""

    async def cancel_payment(self, intent_id: str) -> News:
        """Let nobody pay this any more; answers what it became, which may be paid."""

    def read_event(self, body: bytes, signature: str) -> Event:
        """Verify a message and read it; raises BadSignature."""

    async def close(self) -> None:
        """Let go of every connection."""
