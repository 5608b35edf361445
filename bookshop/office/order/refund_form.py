"""The form of a refund: copies, an amount, or all that is left."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bookshop import money
from bookshop.fulfilment.copies import GONE_STATES, OPEN_STATES, LineCopies
from bookshop.office.order.copies_form import read_confirmed_sum, read_copies
from bookshop.orders.order import Order
from bookshop.payments.refund_rules import NotRefundable, RefundRequest
from bookshop.trade.typed_text import normalize_code

STOCK_FIELD = "stock-{}"
# what a field says of a book's copies: taken back or not; the choice by state is for those partly sent
STOCK_CHOICES: Mapping[str, bool | None] = {"yes": True, "no": False, "state": None}


class What(StrEnum):
    """What goes back."""

    LINES = "lines"
    AMOUNT = "amount"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class RefundForm:
    """A refund as it was typed; `confirmed_minor` is the sum that the button stated."""

    what: What = What.LINES
    copies: Mapping[str, int] = field(default_factory=dict)
    stock: Mapping[str, str] = field(default_factory=dict)
    amount: str = ""
    reason: str = ""
    request_id: str = ""
    confirmed_minor: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was chosen yet."""
        return not {What.LINES: self.copies, What.AMOUNT: self.amount, What.ALL: True}[self.what]

    def to_request(self, currency: str) -> RefundRequest:
        """Return the request; raises NotRefundable."""
        stock = {isbn: STOCK_CHOICES[choice] for isbn, choice in self.stock.items()}
        decided = {isbn: choice for isbn, choice in stock.items() if choice is not None}
        if self.what is What.AMOUNT:
            return RefundRequest(parse_amount(self.amount, currency), reason=self.reason)
        if self.what is What.ALL:
            return RefundRequest(reason=self.reason, restock_lines=decided)
        named = {isbn: choice for isbn, choice in decided.items() if isbn in self.copies}
        return RefundRequest(lines=tuple(self.copies.items()), reason=self.reason, restock_lines=named)


def parse_amount(text: str, currency: str) -> money.Money:
    """Read an amount; raises NotRefundable."""
    try:
        return money.parse(text, currency)
    except ValueError:
        raise NotRefundable(f"“{text}” is not an amount such as {money.parse('12', currency)}.") from None


def read_refund_form(form: Mapping[str, str], order: Order) -> RefundForm:
    """Read what was typed; a box that is not checked is not sent."""
    what = form.get("what", "")
    stock = {isbn: form.get(STOCK_FIELD.format(isbn), "no") for isbn in order.quantities}
    return RefundForm(
        What(what) if what in tuple(What) else What.LINES,
        read_copies(form, order.quantities),
        {isbn: choice if choice in STOCK_CHOICES else "no" for isbn, choice in stock.items()},
        normalize_code(form.get("amount", "")).replace(",", "."),
        form.get("reason", ""),
        form.get("request", ""),
        read_confirmed_sum(form),
    )


def usual_stock(copies: tuple[LineCopies, ...]) -> dict[str, str]:
    """Return what becomes of copies by default: those that were sent stay where they are."""
    return {line.isbn: usual_choice(line) for line in copies}


def usual_choice(line: LineCopies) -> str:
    if line.count(*OPEN_STATES):
        return "state" if line.count(*GONE_STATES) else "yes"
    return "no"
