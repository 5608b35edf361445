"""An attempt to pay an order: by which method, its ids at Stripe, and its state."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# https://docs.stripe.com/api/checkout/sessions/create: at least half an hour, and a minute to get there
HOSTED_PAGE_TIME = timedelta(minutes=31)


class PaymentMethod(StrEnum):
    """Where the shopper pays: by the card form on our page, or on Stripe's hosted page."""

    CARD_FORM = "card_form"
    HOSTED = "hosted"


class AttemptState(StrEnum):
    """The state of an attempt: current → superseded → closed, or current → closed."""

    CURRENT = "current"
    SUPERSEDED = "superseded"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class PaymentAttempt:
    """An attempt to pay an order; an order has one that is not closed.

    The card form has a PaymentIntent; the hosted page has a Checkout Session, whose `intent_id` is learned
    when the shopper pays. Both ids are empty until Stripe has responded. A superseded attempt must be
    cancelled at Stripe before the next one begins. `expires_at` is when the hosted page closes, frozen so
    that a repeated request has the same parameters. `secret_hash` is of the client secret.
    """

    version: int = 1
    method: PaymentMethod = PaymentMethod.CARD_FORM
    state: AttemptState = AttemptState.CURRENT
    intent_id: str = ""
    session_id: str = ""
    expires_at: datetime | None = None
    secret_hash: str = ""

    @property
    def payment_id(self) -> str:
        """The id by which Stripe is asked; empty until a browser may pay."""
        return self.session_id or self.intent_id

    @property
    def is_superseded(self) -> bool:
        """Whether it must be cancelled at Stripe before the next attempt."""
        return self.state is AttemptState.SUPERSEDED

    @property
    def is_hosted(self) -> bool:
        """Whether the shopper pays on Stripe's page."""
        return self.method is PaymentMethod.HOSTED


FIRST_ATTEMPT = PaymentAttempt()


def next_attempt(earlier: PaymentAttempt, method: PaymentMethod, now: datetime) -> PaymentAttempt:
    """Return the attempt after an earlier one."""
    expires_at = now + HOSTED_PAGE_TIME if method is PaymentMethod.HOSTED else None
    return PaymentAttempt(earlier.version + 1, method, expires_at=expires_at)
