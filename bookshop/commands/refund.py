"""`bookshop refund`: pay money of an order back."""

import sys
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

import click

from bookshop.commands.actor import find_actor
from bookshop.commands.copies_option import parse_line
from bookshop.commands.find_order import find_order_or_exit
from bookshop.commands.order_action import refusals_as_errors
from bookshop.commands.order_json import plan_to_json, refund_to_json
from bookshop.commands.output import echo_json
from bookshop.commands.runner import run_with_database, run_with_stripe
from bookshop.database import Database
from bookshop.fulfilment.moves import moved_copies
from bookshop.fulfilment.timeline_store import find_version
from bookshop.mail.send_mails import send_due_mails
from bookshop.money import parse as parse_money
from bookshop.orders.order import Order
from bookshop.payments.errors import ProviderUnavailable
from bookshop.payments.gateway import Gateway
from bookshop.payments.refund import Refund, RefundStatus
from bookshop.payments.refund_order import preview_refund, refund_order
from bookshop.payments.refund_rules import NotRefundable, RefundPlan, RefundRequest
from bookshop.settings import Settings, settings_or_exit


@dataclass(frozen=True, slots=True)
class RefundOptions:
    """The options of the command, as they were typed."""

    amount: str | None
    lines: tuple[str, ...]
    reason: str
    restock: bool | None
    version: int | None

    def to_request(self, currency: str) -> RefundRequest:
        """Read the amount and the lines; raises ValueError."""
        amount = None if self.amount is None else parse_money(self.amount, currency)
        return RefundRequest(amount, tuple(map(parse_line, self.lines)), self.reason, self.restock)


class Preview(NamedTuple):
    """An order, its version, and what would be refunded."""

    order: Order
    version: int
    plan: RefundPlan


def refund(name: str, options: RefundOptions, *, is_confirmed: bool, dry_run: bool, as_json: bool) -> None:
    """Refund an order after a confirmation and print the result; exit with 1 if it failed."""
    settings = settings_or_exit()
    shown = run_with_database(settings, lambda database: preview(database, name, options))
    if dry_run:
        echo_plan(shown.order, shown.plan, as_json=as_json)
        return
    if not is_confirmed:
        confirm_or_exit(shown.order, shown.plan)
    made = run_with_stripe(
        settings, lambda database, gateway: refund_and_tell(database, gateway, settings, shown, options)
    )
    number = shown.order.number or shown.order.id
    if as_json:
        echo_json(refund_to_json(shown.order, made))
    elif made.status is not RefundStatus.FAILED:
        click.echo(f"Refund of {made.amount} for order {number}: {made.status} ({made.stripe_refund_id}).")
    if made.status is RefundStatus.FAILED:
        raise click.ClickException(f"The refund of {made.amount} for order {number} failed: {made.failure}.")


async def preview(database: Database, name: str, options: RefundOptions) -> Preview:
    """Return the named order and what would be refunded; raises ClickException."""
    order = await find_order_or_exit(database, name)
    version = await database.read(find_version, order.id) if options.version is None else options.version
    try:
        plan = await database.read(preview_refund, order, options.to_request(order.total.currency))
        return Preview(order, version, plan)
    except (ValueError, NotRefundable) as problem:
        raise click.ClickException(str(problem)) from None


def confirm_or_exit(order: Order, plan: RefundPlan) -> None:
    """Ask the bookseller whether to refund; raises ClickException without a terminal."""
    if not sys.stdin.isatty():
        raise click.ClickException(
            "A refund must be confirmed. Use --yes, or --dry-run to see what would be refunded."
        )
    click.confirm(f"{describe_order(order)} Refund {describe_plan(plan)}?", abort=True, err=True)


def echo_plan(order: Order, plan: RefundPlan, *, as_json: bool) -> None:
    if as_json:
        echo_json(plan_to_json(order, plan))
    else:
        click.echo(f"{describe_order(order)} Would refund {describe_plan(plan)}.")


def describe_order(order: Order) -> str:
    # what a shopper typed must not move the terminal's cursor
    name = "".join(c if c.isprintable() else "?" for c in order.name)
    return f"Order {order.number or order.id}: {name} paid {order.total}."


def describe_plan(plan: RefundPlan) -> str:
    for_sale = plan.for_sale
    others = Counter(moved_copies(plan.moves)) - Counter(for_sale)
    parts = (
        f"put {describe_quantities(for_sale)} back into stock" if for_sale else "",
        f"cancel {describe_quantities(others)}" if others else "",
    )
    return " and ".join(filter(None, (str(plan.amount), *parts)))


def describe_quantities(copies: Mapping[str, int]) -> str:
    return ", ".join(f"{quantity} × {isbn}" for isbn, quantity in copies.items())


async def refund_and_tell(
    database: Database, gateway: Gateway, settings: Settings, shown: Preview, options: RefundOptions
) -> Refund:
    """Refund an order and send the mail about it; raises ClickException."""
    with refusals_as_errors(settings):
        made = await refund_one(database, gateway, shown, options)
    # the money is on its way, whatever becomes of the mail; the shop sends what is left
    with suppress(Exception):
        await send_due_mails(database, settings, shown.order.id)
    return made


async def refund_one(database: Database, gateway: Gateway, shown: Preview, options: RefundOptions) -> Refund:
    """Refund an order as it was shown; raises NotRefundable, OrderChanged, ClickException."""
    order = shown.order
    request = options.to_request(order.total.currency)
    try:
        return await refund_order(database, gateway, order.id, shown.version, request, actor=find_actor())
    except ProviderUnavailable:
        raise click.ClickException(
            "Stripe has not responded yet. The refund is stored, and the shop retries it by itself."
        ) from None
