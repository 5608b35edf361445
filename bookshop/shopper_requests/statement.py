"""A shopper's statement of withdrawal as it was typed, and what is wrong with it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from bookshop.orders.email_address import email_key
from bookshop.orders.order import Order
from bookshop.orders.progress import Progress
from bookshop.trade.typed_text import normalize_code, normalize_line, normalize_text

MAX_STATEMENT_CHARS, MAX_BOOKS_CHARS = 200, 1000
# what a form calls the number of copies of a line
COPIES_FIELD = "copies_{}"
COPIES = re.compile(r"[0-9]{1,4}")
NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Statement:
    """Who withdraws from which order, and where the acknowledgement goes.

    `books` names some of the books in the shopper's words; `copies` is position to quantity. Without either
    it is about the whole order.
    """

    name: str = ""
    reference: str = ""
    email: str = ""
    books: str = ""
    copies: Mapping[int, int] = field(default_factory=dict)

    @property
    def number(self) -> str:
        """The only number in the reference, such as 1042 of "Order no. 1042", or empty."""
        numbers = NUMBER.findall(normalize_code(self.reference))
        return numbers[0] if len(numbers) == 1 else ""

    @property
    def fields(self) -> dict[str, str]:
        """What a form sends again."""
        typed = {name: getattr(self, name) for name in TYPED_FIELDS}
        chosen = {COPIES_FIELD.format(position): str(n) for position, n in self.copies.items()}
        return {**typed, **chosen}


TYPED_FIELDS = tuple(one.name for one in fields(Statement) if one.name != "copies")


def parse_statement(form: Mapping[str, str]) -> Statement:
    """Read a form that names an order."""
    return Statement(
        normalize_line(form.get("name", "")),
        normalize_line(form.get("reference", "")),
        normalize_code(form.get("email", "")),
        normalize_text(form.get("books", "")),
    )


def prefill_statement(order: Order, available: Mapping[int, int]) -> Statement:
    """Return what the form behind an order's address begins with."""
    return Statement(order.name, str(order.number or ""), order.email, copies=available)


def parse_order_statement(form: Mapping[str, str], order: Order, available: Mapping[int, int]) -> Statement:
    """Read the form behind an order's address; copies that it does not name are withdrawn from."""
    chosen = {position: form.get(COPIES_FIELD.format(position), "") for position in available}
    return Statement(
        normalize_line(form.get("name", "")),
        str(order.number or ""),
        normalize_code(form.get("email", "")),
        copies={
            position: min(most, int(chosen[position])) if COPIES.fullmatch(chosen[position]) else most
            for position, most in available.items()
        },
    )


def available_copies(order: Order, progress: Progress) -> dict[int, int]:
    """Return position to copies that are neither cancelled nor returned."""
    gone = [line.cancelled + line.returned for line in progress.lines] or [0] * len(order.lines)
    left = {at: line.quantity - n for at, (line, n) in enumerate(zip(order.lines, gone, strict=True))}
    return {position: quantity for position, quantity in left.items() if quantity}


def find_statement_errors(statement: Statement) -> dict[str, str]:
    """Return the error of each wrong field, in the form's own sequence."""
    errors = {name: find_field_error(name, getattr(statement, name)) for name in TYPED_FIELDS}
    if statement.copies and not any(statement.copies.values()):
        errors["copies"] = "missing"
    return {name: error for name, error in errors.items() if error}


def find_field_error(name: str, value: str) -> str:
    """Return what is wrong with a field; empty if nothing."""
    if not value:
        return "" if name == "books" else "missing"
    if len(value) > (MAX_BOOKS_CHARS if name == "books" else MAX_STATEMENT_CHARS):
        return "long"
    return "unfinished" if name == "email" and not email_key(value) else ""
