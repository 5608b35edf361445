"""An order, frozen when it is placed, and the rule by which update of its payment changes it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from bookshop.money import Money
from bookshop.trade.availability import Kind

# the failure of an order that was closed because too many cards were tried
TOO_MANY_FAILURES = "too_many_failures"
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Payment(StrEnum):
    """How far the payment is: open → processing → paid, or open → cancelled."""

    OPEN = "open"
    PROCESSING = "processing"
    PAID = "paid"
    CANCELLED = "cancelled"


NEEDS_REVIEW = "needs_review"
# how an order stands, in one word
STATES = (*(payment.value for payment in Payment), NEEDS_REVIEW)


class Delivery(StrEnum):
    """How the books reach the shopper."""

    DELIVER = "deliver"
    COLLECT = "collect"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a parcel goes; country is an ISO 3166 code."""

    street: str
    city: str
    postcode: str
    country: str


@dataclass(frozen=True, slots=True)
class OrderLine:
    """Copies of one book at the price of the day, and what was promised of them.

    `to_order` of them do not stand on our shelf and take about `days` to come; none leaves the shop before
    `not_before`.
    """

    isbn: str
    title: str
    byline: str
    quantity: int
    price: Money
    kind: Kind = Kind.SHELF
    to_order: int = 0
    days: int | None = None
    not_before: datetime | None = None

    @property
    def amount(self) -> Money:
        """What the copies cost together."""
        return self.price * self.quantity


@dataclass(frozen=True, slots=True)
class Charge:
    """The payment that went through; `id` is Stripe's charge."""

    id: str
    method: str
    brand: str
    last4: str


@dataclass(frozen=True, slots=True)
class PaymentUpdate:
    """What the payment provider says of an intent at one moment; `order_id` is our own id read back."""

    intent_id: str
    status: str
    amount: Money
    received: Money
    order_id: str
    charge: Charge | None = None
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """What was bought, by whom, for how much, and the state of its payment.

    `token` is the capability in the order's public address; `number` is the one people read out, given
    when the order is paid. `intent_id` is the one open payment at Stripe, `intent_status` its last known
    status, `refreshed_at` when it was last read. `superseded_intent_id` must be cancelled at Stripe before
    another payment may be opened. `review_reason` is why a person must check the payment; empty when none
    must. The sweeper processes the order at `due_at`, after `failed_attempts` in a row.
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
    number: int | None = None
    payment: Payment = Payment.OPEN
    intent_id: str = ""
    intent_version: int = 1
    intent_status: str = ""
    failure: str = ""
    charge: Charge | None = None
    paid_at: datetime | None = None
    review_reason: str = ""
    refreshed_at: datetime = NEVER
    superseded_intent_id: str = ""
    due_at: datetime | None = None
    failed_attempts: int = 0
    dispute: str = ""
    fraud_warning: str = ""

    @property
    def contents(self) -> tuple[object, ...]:
        """All that the shopper chose; equal for the same order placed twice."""
        # how many of the copies our shelf had is chance
        lines = tuple(replace(line, to_order=0) for line in self.lines)
        return (self.email, self.name, self.delivery, self.address, lines, self.delivery_fee)

    @property
    def goods(self) -> Money:
        """What the books cost."""
        return Money(self.total.minor - self.delivery_fee.minor, self.total.currency)

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
        """ISBN to the copies that are held on our shelf, of those books that have any."""
        return {line.isbn: n for line in self.lines if (n := line.quantity - line.to_order)}

    @property
    def awaited(self) -> tuple[OrderLine, ...]:
        """The lines whose copies are not out yet, or have still to come to the shop."""
        return tuple(line for line in self.lines if line.kind is not Kind.SHELF)

    @property
    def not_before(self) -> datetime | None:
        """The moment before which not all of it may leave the shop, if there is one."""
        return max((line.not_before for line in self.lines if line.not_before), default=None)

    @property
    def is_final(self) -> bool:
        """Whether nothing more can come of the payment."""
        return self.payment in (Payment.PAID, Payment.CANCELLED)


def merge(order: Order, update: PaymentUpdate, now: datetime) -> Order:
    """The order after the update: paid is final, and only a payment that matches the order counts."""
    if order.payment is Payment.PAID or update.intent_id != order.intent_id:
        return order
    told = replace(order, intent_status=update.status, failure=update.failure)
    match update.status:
        case "succeeded" if order.payment is Payment.CANCELLED:
            return replace(told, review_reason="cancelled")
        case "succeeded":
            return _paid(told, update, now)
        case "canceled":
            return replace(told, payment=Payment.CANCELLED)
        case _ if order.payment is Payment.CANCELLED:
            return order
        case "processing":
            return replace(told, payment=Payment.PROCESSING)
        case _:
            return replace(told, payment=Payment.OPEN)


def _paid(order: Order, update: PaymentUpdate, now: datetime) -> Order:
    if mismatch := find_mismatch(order, update):
        return replace(order, review_reason=mismatch)
    return replace(
        order, payment=Payment.PAID, charge=update.charge, paid_at=now, failure="", review_reason=""
    )


def find_mismatch(order: Order, update: PaymentUpdate) -> str:
    """Why a payment is not this order's payment; empty when it is."""
    if update.order_id != order.id:
        return "order"
    if update.received.currency != order.total.currency:
        return "currency"
    if update.received != order.total or update.amount != order.total:
        return "amount"
    return ""


class ReceiptState(StrEnum):
    """What a receipt tells its reader."""

    PAID = "paid"
    WAITING = "waiting"
    ACTION = "action"
    FAILED = "failed"
    UNPAID = "unpaid"
    CANCELLED = "cancelled"
    NEEDS_REVIEW = "needs_review"


def receipt_state(order: Order, *, is_fresh: bool) -> ReceiptState:
    """What to tell of an order; what is not fresh may have changed already, so the reader waits a moment."""
    if order.payment is Payment.PAID:
        return ReceiptState.PAID
    if order.review_reason:
        return ReceiptState.NEEDS_REVIEW
    if order.payment is Payment.CANCELLED:
        return ReceiptState.CANCELLED
    if order.payment is Payment.PROCESSING or not is_fresh:
        return ReceiptState.WAITING
    if order.intent_status == "requires_action":
        return ReceiptState.ACTION
    return ReceiptState.FAILED if order.failure else ReceiptState.UNPAID


def poll_delay(state: ReceiptState, turn: int) -> float | None:
    """Seconds until the page asks for the turn-th time again, soon at first; None when nothing will come."""
    if state not in (ReceiptState.WAITING, ReceiptState.ACTION):
        return None
    return next((seconds for last, seconds in ((1, 0.3), (5, 1), (15, 2), (40, 5)) if turn < last), 30)
