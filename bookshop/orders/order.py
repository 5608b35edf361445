"""An order, frozen when it is placed, and the state of its payment."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from bookshop.addresses.address import Address
from bookshop.money import Money
from bookshop.orders.email_address import ascii_email
from bookshop.orders.payment_attempt import FIRST_ATTEMPT, PaymentAttempt
from bookshop.trade.availability import AvailabilityKind

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class PaymentState(StrEnum):
    """The state of a payment: open → processing → paid, or open → cancelled."""

    OPEN = "open"
    PROCESSING = "processing"
    PAID = "paid"
    CANCELLED = "cancelled"


NEEDS_REVIEW = "needs_review"


class CancelReason(StrEnum):
    """Why an unpaid order was cancelled."""

    NONE = ""
    EXPIRED = "expired"
    TOO_MANY_FAILURES = "too_many_failures"
    REPLACED = "replaced"
    REFUSED = "refused"
    AT_STRIPE = "at_stripe"
    BY_SHOP = "by_shop"


class PaymentAction(StrEnum):
    """What a payment requires of the shopper before it can be made."""

    BANK = "bank"
    REDIRECT = "redirect"
    QR_CODE = "qr_code"
    OTHER = "other"


class Delivery(StrEnum):
    """How the books reach the shopper."""

    DELIVER = "deliver"
    COLLECT = "collect"


@dataclass(frozen=True, slots=True)
class OrderLine:
    """Copies of one book at the price of the day, and when they were promised.

    `to_order` of the copies are not on the shop's shelf and take about `days` to arrive; none leaves the shop
    before `not_before`.
    """

    isbn: str
    title: str
    byline: str
    quantity: int
    price: Money
    kind: AvailabilityKind = AvailabilityKind.SHELF
    to_order: int = 0
    days: int | None = None
    not_before: datetime | None = None

    @property
    def amount(self) -> Money:
        """What the copies cost together."""
        return self.price * self.quantity


@dataclass(frozen=True, slots=True)
class Charge:
    """The payment that succeeded; `id` is Stripe's id of the charge."""

    id: str
    method: str
    brand: str
    last4: str


@dataclass(frozen=True, slots=True)
class Order:
    """What was bought, by whom, for how much, and the state of its payment.

    `token` is the secret in the order's address; `number` is the one people read out, given
    when the order is paid. `attempt` is the one open payment at Stripe, `intent_status` its last known
    status, after a colon what it requires of the shopper; `refreshed_at` is when it was last read.
    `review_reason` is why a person must check the payment, or empty. The sweeper processes the order at
    `due_at`, after `failed_attempts` in a row. `dispute_due_at` is by when a dispute must be answered.
    `basket_id` names the basket that was bought; it is empty when one book was bought without a basket.

    `shopper_hash` is of the browser whose current order this is; None when it may place another one beside
    it. `network_hash` is of the network that it came from. An order that replaces another one has its
    `reserved_from`, the moment since which the same books have been reserved.
    """

    id: str
    token: str
    placed_at: datetime
    email: str
    name: str
    delivery: Delivery
    address: Address | None
    lines: tuple[OrderLine, ...]
    delivery_fee: Money
    total: Money
    basket_id: str = ""
    number: int | None = None
    payment: PaymentState = PaymentState.OPEN
    attempt: PaymentAttempt = FIRST_ATTEMPT
    intent_status: str = ""
    failure: str = ""
    charge: Charge | None = None
    paid_at: datetime | None = None
    review_reason: str = ""
    refreshed_at: datetime = NEVER
    due_at: datetime | None = None
    failed_attempts: int = 0
    dispute: str = ""
    dispute_due_at: datetime | None = None
    fraud_warning: str = ""
    cancel_reason: CancelReason = CancelReason.NONE
    shopper_hash: str | None = None
    network_hash: str = ""
    reserved_from: datetime | None = None
    payment_began_at: datetime | None = None

    @property
    def ascii_email(self) -> str:
        """The email address as Stripe expects it: its domain in ASCII."""
        return ascii_email(self.email)

    @property
    def as_placed(self) -> tuple[object, ...]:
        """All that the shopper chose; equal for the same order placed twice."""
        # how many of the copies were on the shelf is chance
        lines = tuple(replace(line, to_order=0) for line in self.lines)
        return (self.email, self.name, self.delivery, self.address, lines, self.delivery_fee, self.basket_id)

    @property
    def required_action(self) -> str:
        """What the payment requires of the shopper; empty if nothing."""
        status, _, action = self.intent_status.partition(":")
        return action or PaymentAction.OTHER if status == "requires_action" else ""

    @property
    def subtotal(self) -> Money:
        """What the books cost, without delivery."""
        return Money(self.total.minor - self.delivery_fee.minor, self.total.currency)

    @property
    def single_item(self) -> str:
        """The ISBN of a book that was bought without a basket; empty when a basket was bought."""
        return "" if self.basket_id else self.lines[0].isbn

    @property
    def count(self) -> int:
        """How many copies were ordered."""
        return sum(line.quantity for line in self.lines)

    @property
    def quantities(self) -> dict[str, int]:
        """ISBN to quantity."""
        return {line.isbn: line.quantity for line in self.lines}

    @property
    def from_shelf(self) -> dict[str, int]:
        """ISBN to the copies that are reserved on the shelf, for the books that have any."""
        return {line.isbn: n for line in self.lines if (n := line.quantity - line.to_order)}

    @property
    def pending_lines(self) -> tuple[OrderLine, ...]:
        """The lines whose copies are not published yet, or have yet to arrive in the shop."""
        return tuple(line for line in self.lines if line.kind is not AvailabilityKind.SHELF)

    @property
    def not_before(self) -> datetime | None:
        """The moment before which some copies may not leave the shop."""
        return max((line.not_before for line in self.lines if line.not_before), default=None)

    @property
    def is_final(self) -> bool:
        """Whether the payment's state can no longer change."""
        return self.payment in (PaymentState.PAID, PaymentState.CANCELLED)
