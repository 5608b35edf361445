"""An order as a row of a list shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bookshop.fulfilment.copies import CopyState, LineCopies, count_copies
from bookshop.money import Money
from bookshop.orders.order import Delivery, PaymentState
from bookshop.shopper_requests.request import RequestKind


@dataclass(frozen=True, slots=True)
class RowBook:
    """Copies of a book, as they were ordered."""

    isbn: str
    title: str
    byline: str
    quantity: int
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """An order of a list; `place` is the postcode and town that it goes to.

    `copies` is empty before the order is paid, `request` is what the shopper has asked for and waits.
    """

    id: str
    number: int | None
    version: int
    placed_at: datetime
    paid_at: datetime | None
    name: str
    delivery: Delivery
    place: str
    payment: PaymentState
    review_reason: str
    dispute: str
    fraud_warning: str
    total: Money
    refunded: Money
    request: RequestKind | None
    books: tuple[RowBook, ...]
    copies: tuple[LineCopies, ...]

    @property
    def count(self) -> int:
        """How many copies were ordered."""
        return sum(book.quantity for book in self.books)

    def count_in(self, *states: CopyState) -> int:
        return count_copies(self.copies, *states)


def describe_state(row: Row) -> tuple[str, str]:
    """Return the kind of mark and the words for what is next with an order, or how it has ended."""
    if row.review_reason:
        return "review", "Payment needs review"
    if row.payment is not PaymentState.PAID:
        return _describe_payment(row.payment)
    if row.refunded >= row.total and row.total:
        return "ended", "Refunded"
    return _describe_copies(row)


def _describe_payment(payment: PaymentState) -> tuple[str, str]:
    if payment is PaymentState.CANCELLED:
        return "ended", "Cancelled, not paid"
    return "to_order", "Payment under way" if payment is PaymentState.PROCESSING else "Not paid yet"


def _describe_copies(row: Row) -> tuple[str, str]:
    to_order, packed = row.count_in(CopyState.TO_ORDER), row.count_in(CopyState.PACKED)
    if to_order:
        return "to_order", f"{to_order} to order"
    if in_stock := row.count_in(CopyState.IN_STOCK):
        return "to_pack", f"{packed} of {packed + in_stock} packed" if packed else "To pack"
    if packed:
        return "packed", "To ship" if row.delivery is Delivery.DELIVER else "To make ready"
    for state, kind, words in ENDS:
        if row.count_in(state):
            return kind, words
    return "ended", "Cancelled"


ENDS: Sequence[tuple[CopyState, str, str]] = (
    (CopyState.READY, "ready", "Ready to collect"),
    (CopyState.SHIPPED, "shipped", "Shipped"),
    (CopyState.COLLECTED, "collected", "Collected"),
    (CopyState.RETURNED, "ended", "Returned"),
)
