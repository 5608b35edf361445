"""`bookshop refund`: pay money of an order back."""

from dataclasses import dataclass

import click

from bookshop.commands.find_order import find_order_or_exit
from bookshop.commands.order_json import refund_to_json
from bookshop.commands.output import echo_json
from bookshop.commands.runner import run_with_stripe
from bookshop.database import Database
from bookshop.money import parse as parse_money
from bookshop.orders.order import Order
from bookshop.payments.errors import ProviderUnavailable
from bookshop.payments.gateway import Gateway
from bookshop.payments.refund import Refund, RefundStatus
from bookshop.payments.refund_order import refund_order
from bookshop.payments.refund_rules import NotRefundable, RefundRequest
from bookshop.settings import settings_or_exit


@dataclass(frozen=True, slots=True)
class RefundOptions:
    """The options of the command, as they were typed."""

    amount: str | None
    lines: tuple[str, ...]
    reason: str
    restock: bool

    def to_request(self, currency: str) -> RefundRequest:
        """Read the amount and the lines; raises ValueError."""
        amount = None if self.amount is None else parse_money(self.amount, currency)
        return RefundRequest(amount, tuple(map(parse_line, self.lines)), self.reason, self.restock)


def refund(name: str, options: RefundOptions, *, as_json: bool) -> None:
    """Refund an order and print the result; exit with 1 if Stripe refuses."""
    order, made = run_with_stripe(
        settings_or_exit(), lambda database, gateway: refund_one(database, gateway, name, options)
    )
    shown = order.number or order.id
    if as_json:
        echo_json(refund_to_json(order, made))
    elif made.status is not RefundStatus.FAILED:
        click.echo(f"Refund of {made.amount} for order {shown}: {made.status} ({made.stripe_refund_id}).")
    if made.status is RefundStatus.FAILED:
        raise click.ClickException(f"The refund of {made.amount} for order {shown} failed: {made.failure}.")


async def refund_one(
    database: Database, gateway: Gateway, name: str, options: RefundOptions
) -> tuple[Order, Refund]:
    """Refund the named order; raises ClickException."""
    order = await find_order_or_exit(database, name)
    try:
        request = options.to_request(order.total.currency)
    except ValueError as problem:
        raise click.ClickException(str(problem)) from None
    try:
        return order, await refund_order(database, gateway, order.id, request)
    except NotRefundable as problem:
        raise click.ClickException(str(problem)) from None
    except ProviderUnavailable:
        raise click.ClickException(
            "Stripe has not responded yet. The refund is stored, and the shop retries it by itself."
        ) from None


def parse_line(text: str) -> tuple[str, int | None]:
    """Read ISBN[:QUANTITY]; raises ValueError."""
    isbn, colon, quantity = text.partition(":")
    if colon and not (quantity.isascii() and quantity.isdecimal()):
        raise ValueError(f"{text!r} is not ISBN or ISBN:QUANTITY.")
    return isbn.replace("-", ""), int(quantity) if colon else None
